// SPDX-License-Identifier: GPL-3.0-or-later
// Every change of a document as a value that knows its inverse, so that undo covers all of it: nodes with their
// parameters and places, links, title, groups and notes. Applying an edit and then its inverse gives a document whose
// saved bytes are those of before. Pure; any thread.
//
// An edit names places by index, so it can only be applied to the document it was made for (or to one that has
// come back to the same content by undo and redo).
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/describe/document.h"
#include "core/describe/step_descriptor.h"

namespace kelter {

// Nodes[index] appears (no before), disappears (no after) or changes.
struct NodeChange {
  std::size_t index = 0;
  std::optional<Node> before, after;
};

struct LinkChange {
  std::size_t index = 0;
  std::optional<Link> before, after;
};

// Title, groups and notes.
struct HeaderChange {
  enum class Field { title, groups, notes } field = Field::title;
  Json before, after;  // null: absent
};

using DocumentChange = std::variant<NodeChange, LinkChange, HeaderChange>;

struct Edit {
  std::vector<DocumentChange> changes;  // in the order they are applied
  // Edits in a row with the same key, if it is not empty, are one gesture ("move:a,b", "parameter:rtn.bits").
  std::string merge_key;
  bool empty() const { return changes.empty(); }
};

void apply(Document& document, const Edit& edit);
Edit inverse(const Edit& edit);
// First `first`, then `second`, as one edit.
Edit joined(Edit first, const Edit& second);

// Several edits as one: each is made for the document as the edits before it leave it.
class EditChain {
 public:
  explicit EditChain(Document document) : document_(std::move(document)) {}
  const Document& document() const { return document_; }
  void add(const Edit& edit) {
    apply(document_, edit);
    edit_ = joined(std::move(edit_), edit);
  }
  const Edit& edit() const { return edit_; }

 private:
  Document document_;
  Edit edit_;
};

// ---- edits a person makes; each is empty where nothing would change --------------------------------------

// `wanted`, or with "-2", "-3", … behind it: an id no node, group or note of the document has ("rtn-2" counts on to
// "rtn-3"). Characters that are not allowed become "-".
std::string free_id(const Document& document, const std::string& wanted);
// A node of this step under a free id made from it ("quant.rtn" -> "rtn"), with the defaults.
Node new_node(const Document& document, const StepDescriptor& step, double x, double y);

Edit add_node(const Document& document, Node node);
// With every link at them; groups lose them.
Edit remove_nodes(const Document& document, const std::vector<std::string>& ids);
struct Place {
  std::string id;
  double x = 0, y = 0;
};
Edit move_nodes(const Document& document, const std::vector<Place>& places);
// null: the parameter goes back to its default (is no longer in the document).
Edit set_parameter(const Document& document, const std::string& node, const std::string& parameter, const Json& value);
// null: no overrides.
Edit set_overrides(const Document& document, const std::string& node, const Json& overrides);
Edit set_bypass(const Document& document, const std::vector<std::string>& ids, bool bypass);
// Links and groups follow. Error(invalid_document) if the id is not free or not allowed.
Edit rename_node(const Document& document, const std::string& node, const std::string& id);
// Takes the place of a link at an input that takes one only. The link must be possible (see below).
Edit add_link(const Document& document, const StepCatalogue& catalogue, const Link& link);
// `link` goes where `old` was.
Edit replace_link(const Document& document, const StepCatalogue& catalogue, const Link& old, const Link& link);
Edit remove_links(const Document& document, const std::vector<Link>& links);
Edit set_title(const Document& document, const std::string& title);
// groups: [{"id", "title", "nodes": [id…]}]; notes: [{"id", "text", "x", "y", "width", "height"}]; further keys
// are kept. An empty list becomes null (absent).
Edit set_groups(const Document& document, const Json& groups);
Edit set_notes(const Document& document, const Json& notes);

// The nodes with the links and the groups that lie wholly among them, as a document of its own: what the clipboard
// holds (as to_json()).
Document excerpt(const Document& document, const std::vector<std::string>& ids);
// The nodes, groups and notes of `excerpt` under free ids, moved by (dx, dy), with the links among the nodes. Links
// and group members that name no node of the excerpt are left out. `ids` receives the new ids of the nodes.
Edit insert(const Document& document, const Document& excerpt, double dx, double dy,
            std::vector<std::string>* ids = nullptr);
// The nodes once more, moved by (dx, dy): with the links among them, links to their other inputs, and links to the
// inputs that take many (measures), so that a branch is measured like the one it comes from.
Edit branch(const Document& document, const StepCatalogue& catalogue, const std::vector<std::string>& ids, double dx,
            double dy, std::vector<std::string>* new_ids = nullptr);

// ---- links -----------------------------------------------------------------------------------------------

enum class LinkRefusal { none, unknown_end, same_node, types_differ, exists, makes_cycle };

// Whether an output may be linked to an input. An input that takes one link and has one is free: the new link
// takes its place. Reads the document once, for many questions; document and catalogue outlive it.
class LinkCheck {
 public:
  // `without`: the link whose end is being moved counts as gone.
  LinkCheck(const Document& document, const StepCatalogue& catalogue, const std::optional<Link>& without = {});
  LinkRefusal operator()(const Link& link) const;

 private:
  const Port* port(const std::string& node, const std::string& name, bool input) const;
  bool depends(std::size_t node, std::size_t on) const;

  std::unordered_map<std::string, std::size_t> index_;
  std::vector<const StepDescriptor*> steps_;     // by node; nullptr: no plugin describes it
  std::vector<std::vector<const Link*>> links_;  // into each node
  std::vector<std::vector<std::size_t>> behind_;
};

LinkRefusal check_link(const Document& document, const StepCatalogue& catalogue, const Link& link);

// The nodes that depend on `ids`, these included, in document order.
std::vector<std::string> downstream(const Document& document, const std::vector<std::string>& ids);

}  // namespace kelter
