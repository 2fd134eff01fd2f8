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

using Change = std::variant<NodeChange, LinkChange, HeaderChange>;

struct Edit {
  std::vector<Change> changes;  // in the order they are applied
  // Edits in a row with the same key, if it is not empty, are one gesture ("move:a,b", "parameter:rtn.bits").
  std::string merge_key;
  bool empty() const { return changes.empty(); }
};

void apply(Document& document, const Edit& edit);
Edit inverse(const Edit& edit);
// First `first`, then `second`, as one edit.
Edit joined(Edit first, const Edit& second);

// ---- edits a person makes; each is empty where nothing would change --------------------------------------

// `wanted`, or with "-2", "-3", … behind it: an id no node, group or note of the document has. Characters that
// are not allowed become "-".
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
Edit remove_links(const Document& document, const std::vector<Link>& links);
Edit set_title(const Document& document, const std::string& title);
// groups: [{"id", "title", "nodes": [id…]}]; notes: [{"id", "text", "x", "y", "width", "height"}]; further keys
// are kept. An empty list becomes null (absent).
Edit set_groups(const Document& document, const Json& groups);
Edit set_notes(const Document& document, const Json& notes);

// The nodes with the links among them, as a document of its own: what the clipboard holds (as to_json()).
Document excerpt(const Document& document, const std::vector<std::string>& ids);
// The nodes of `excerpt` under free ids, moved by (dx, dy), with the links among them. `ids` receives the new ids.
Edit insert(const Document& document, const Document& excerpt, double dx, double dy, std::vector<std::string>* ids = nullptr);

// ---- links -----------------------------------------------------------------------------------------------

enum class LinkRefusal { none, unknown_end, same_node, types_differ, exists, makes_cycle };

// Whether an output may be linked to an input. An input that takes one link and has one is free: the new link
// takes its place.
LinkRefusal check_link(const Document& document, const StepCatalogue& catalogue, const Link& link);

// The nodes that depend on `ids`, these included, in document order.
std::vector<std::string> downstream(const Document& document, const std::vector<std::string>& ids);

}  // namespace kelter
