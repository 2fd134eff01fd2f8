// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/edit.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "core/base/error.h"

namespace kelter {
namespace {

template <typename T>
void replace_at(std::vector<T>& list, std::size_t index, const std::optional<T>& before, const std::optional<T>& after) {
  const bool fits = before ? index < list.size() : index <= list.size();
  if (!fits) throw Error(ErrorCode::internal, "An edit does not fit the document", "", "it was made for another one");
  const auto place = list.begin() + static_cast<std::ptrdiff_t>(index);
  if (before && after) {
    *place = *after;
  } else if (after) {
    list.insert(place, *after);
  } else if (before) {
    list.erase(place);
  }
}

struct Applier {
  Document& document;
  void operator()(const NodeChange& change) const {
    replace_at(document.nodes, change.index, change.before, change.after);
  }
  void operator()(const LinkChange& change) const {
    replace_at(document.links, change.index, change.before, change.after);
  }
  void operator()(const HeaderChange& change) const {
    switch (change.field) {
      case HeaderChange::Field::title: document.title = change.after.is_string() ? change.after.get<std::string>() : ""; break;
      case HeaderChange::Field::groups: document.groups = change.after; break;
      case HeaderChange::Field::notes: document.notes = change.after; break;
    }
  }
};

void swap_sides(Change& change) {
  std::visit([](auto& one) { std::swap(one.before, one.after); }, change);
}

std::size_t index_of(const Document& document, const std::string& id) {
  for (std::size_t i = 0; i < document.nodes.size(); ++i) {
    if (document.nodes[i].id == id) return i;
  }
  throw Error(ErrorCode::invalid_document, "There is no such node", "node " + id);
}

Edit change_node(const Document& document, const std::string& id, const std::string& merge_key,
                 const std::function<void(Node&)>& change) {
  const std::size_t index = index_of(document, id);
  Node after = document.nodes[index];
  change(after);
  Edit edit;
  if (after.to_json() == document.nodes[index].to_json()) return edit;
  edit.changes.push_back(NodeChange{index, document.nodes[index], std::move(after)});
  edit.merge_key = merge_key;
  return edit;
}

std::string joined_ids(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ",") + id;
  return text;
}

Edit change_header(HeaderChange::Field field, const Json& before, const Json& after, const std::string& merge_key = {}) {
  Edit edit;
  if (before == after) return edit;
  edit.changes.push_back(HeaderChange{field, before, after});
  edit.merge_key = merge_key;
  return edit;
}

// The ids that groups and notes have.
std::set<std::string> taken_ids(const Document& document) {
  std::set<std::string> ids;
  for (const Node& node : document.nodes) ids.insert(node.id);
  for (const Json* list : {&document.groups, &document.notes}) {
    if (!list->is_array()) continue;
    for (const Json& entry : *list) {
      if (entry.is_object() && entry.contains("id") && entry["id"].is_string()) ids.insert(entry["id"].get<std::string>());
    }
  }
  return ids;
}

// The groups with every member id mapped; an empty result drops the member, and a group without members goes.
Json mapped_groups(const Json& groups, const std::function<std::string(const std::string&)>& map) {
  if (!groups.is_array()) return groups;
  Json out = Json::array();
  for (Json group : groups) {
    if (group.is_object() && group.contains("nodes") && group["nodes"].is_array()) {
      Json members = Json::array();
      for (const Json& member : group["nodes"]) {
        const std::string id = member.is_string() ? map(member.get<std::string>()) : std::string();
        if (!id.empty()) members.push_back(id);
      }
      if (members.empty() && !group["nodes"].empty()) continue;
      group["nodes"] = members;
    }
    out.push_back(std::move(group));
  }
  return out.empty() ? Json() : out;
}

std::string free_id_beside(std::set<std::string>& taken, const std::string& wanted) {
  std::string base;
  for (const char c : wanted) base += is_valid_id(std::string(1, c)) ? c : '-';
  if (base.empty()) base = "node";
  std::string id = base;
  for (int n = 2; taken.count(id) != 0; ++n) id = base + "-" + std::to_string(n);
  taken.insert(id);
  return id;
}

// Removals from the back, so that every index is still right when its turn comes.
void remove_matching_links(const Document& document, Edit& edit, const std::function<bool(const Link&)>& goes) {
  for (std::size_t i = document.links.size(); i-- > 0;) {
    if (goes(document.links[i])) edit.changes.push_back(LinkChange{i, document.links[i], std::nullopt});
  }
}

const Port* find_port(const Document& document, const StepCatalogue& catalogue, const std::string& node,
                      const std::string& port, bool input) {
  const Node* found = document.find(node);
  const StepDescriptor* step = found ? catalogue.find(found->step) : nullptr;
  if (!step) return nullptr;
  return input ? step->input(port) : step->output(port);
}

}  // namespace

void apply(Document& document, const Edit& edit) {
  for (const Change& change : edit.changes) std::visit(Applier{document}, change);
}

Edit inverse(const Edit& edit) {
  Edit out = edit;
  std::reverse(out.changes.begin(), out.changes.end());
  for (Change& change : out.changes) swap_sides(change);
  return out;
}

Edit joined(Edit first, const Edit& second) {
  first.changes.insert(first.changes.end(), second.changes.begin(), second.changes.end());
  return first;
}

std::string free_id(const Document& document, const std::string& wanted) {
  std::set<std::string> taken = taken_ids(document);
  return free_id_beside(taken, wanted);
}

Node new_node(const Document& document, const StepDescriptor& step, double x, double y) {
  Node node;
  node.id = free_id(document, step.id.substr(step.id.rfind('.') + 1));
  node.step = step.id;
  node.x = x;
  node.y = y;
  return node;
}

Edit add_node(const Document& document, Node node) {
  Edit edit;
  edit.changes.push_back(NodeChange{document.nodes.size(), std::nullopt, std::move(node)});
  return edit;
}

Edit remove_nodes(const Document& document, const std::vector<std::string>& ids) {
  const std::set<std::string> gone(ids.begin(), ids.end());
  Edit edit;
  remove_matching_links(document, edit, [&](const Link& link) {
    return gone.count(link.from_node) != 0 || gone.count(link.to_node) != 0;
  });
  for (std::size_t i = document.nodes.size(); i-- > 0;) {
    if (gone.count(document.nodes[i].id) != 0) edit.changes.push_back(NodeChange{i, document.nodes[i], std::nullopt});
  }
  const Json groups = mapped_groups(document.groups, [&](const std::string& id) {
    return gone.count(id) != 0 ? std::string() : id;
  });
  return joined(std::move(edit), change_header(HeaderChange::Field::groups, document.groups, groups));
}

Edit move_nodes(const Document& document, const std::vector<Place>& places) {
  Edit edit;
  std::vector<std::string> ids;
  for (const Place& place : places) {
    edit = joined(std::move(edit), change_node(document, place.id, "", [&](Node& node) {
                    node.x = place.x;
                    node.y = place.y;
                  }));
    ids.push_back(place.id);
  }
  edit.merge_key = "move:" + joined_ids(ids);
  return edit;
}

Edit set_parameter(const Document& document, const std::string& node, const std::string& parameter, const Json& value) {
  return change_node(document, node, "parameter:" + node + "." + parameter, [&](Node& after) {
    if (value.is_null()) {
      after.parameters.erase(parameter);
    } else {
      after.parameters[parameter] = value;
    }
  });
}

Edit set_overrides(const Document& document, const std::string& node, const Json& overrides) {
  return change_node(document, node, "overrides:" + node, [&](Node& after) { after.overrides = overrides; });
}

Edit set_bypass(const Document& document, const std::vector<std::string>& ids, bool bypass) {
  Edit edit;
  for (const std::string& id : ids) {
    edit = joined(std::move(edit), change_node(document, id, "", [&](Node& node) { node.bypass = bypass; }));
  }
  return edit;
}

Edit rename_node(const Document& document, const std::string& node, const std::string& id) {
  if (node == id) return {};
  if (!is_valid_id(id)) {
    throw Error(ErrorCode::invalid_document, "The name cannot be used", "node " + node, "\"" + id + "\" is not made of letters, digits, _ and -",
                "Use only letters, digits, _ and -.");
  }
  if (taken_ids(document).count(id) != 0) {
    throw Error(ErrorCode::invalid_document, "The name is taken", "node " + node, "there is another \"" + id + "\"", "Choose another name.");
  }
  Edit edit = change_node(document, node, "", [&](Node& after) { after.id = id; });
  for (std::size_t i = 0; i < document.links.size(); ++i) {
    Link link = document.links[i];
    if (link.from_node == node) link.from_node = id;
    if (link.to_node == node) link.to_node = id;
    if (link != document.links[i]) edit.changes.push_back(LinkChange{i, document.links[i], link});
  }
  const Json groups = mapped_groups(document.groups, [&](const std::string& member) { return member == node ? id : member; });
  return joined(std::move(edit), change_header(HeaderChange::Field::groups, document.groups, groups));
}

Edit add_link(const Document& document, const StepCatalogue& catalogue, const Link& link) {
  Edit edit;
  const Port* input = find_port(document, catalogue, link.to_node, link.to_port, true);
  if (input && !input->many) {
    for (std::size_t i = 0; i < document.links.size(); ++i) {
      const Link& old = document.links[i];
      if (old.to_node != link.to_node || old.to_port != link.to_port) continue;
      if (old != link) edit.changes.push_back(LinkChange{i, old, link});
      return edit;
    }
  }
  edit.changes.push_back(LinkChange{document.links.size(), std::nullopt, link});
  return edit;
}

Edit remove_links(const Document& document, const std::vector<Link>& links) {
  Edit edit;
  remove_matching_links(document, edit, [&](const Link& link) {
    return std::find(links.begin(), links.end(), link) != links.end();
  });
  return edit;
}

Edit set_title(const Document& document, const std::string& title) {
  return change_header(HeaderChange::Field::title, document.title, title, "title");
}

Edit set_groups(const Document& document, const Json& groups) {
  const Json after = groups.is_array() && groups.empty() ? Json() : groups;
  return change_header(HeaderChange::Field::groups, document.groups, after);
}

Edit set_notes(const Document& document, const Json& notes) {
  const Json after = notes.is_array() && notes.empty() ? Json() : notes;
  return change_header(HeaderChange::Field::notes, document.notes, after);
}

Document excerpt(const Document& document, const std::vector<std::string>& ids) {
  const std::set<std::string> wanted(ids.begin(), ids.end());
  Document out;
  for (const Node& node : document.nodes) {
    if (wanted.count(node.id) != 0) out.nodes.push_back(node);
  }
  for (const Link& link : document.links) {
    if (wanted.count(link.from_node) != 0 && wanted.count(link.to_node) != 0) out.links.push_back(link);
  }
  out.folder = document.folder;
  return out;
}

Edit insert(const Document& document, const Document& excerpt, double dx, double dy, std::vector<std::string>* ids) {
  std::set<std::string> taken = taken_ids(document);
  std::map<std::string, std::string> renamed;
  Edit edit;
  std::size_t index = document.nodes.size();
  for (Node node : excerpt.nodes) {
    const std::string id = free_id_beside(taken, node.id);
    renamed[node.id] = id;
    node.id = id;
    node.x += dx;
    node.y += dy;
    if (ids) ids->push_back(id);
    edit.changes.push_back(NodeChange{index++, std::nullopt, std::move(node)});
  }
  index = document.links.size();
  for (Link link : excerpt.links) {
    link.from_node = renamed.at(link.from_node);
    link.to_node = renamed.at(link.to_node);
    edit.changes.push_back(LinkChange{index++, std::nullopt, std::move(link)});
  }
  return edit;
}

LinkRefusal check_link(const Document& document, const StepCatalogue& catalogue, const Link& link) {
  const Port* from = find_port(document, catalogue, link.from_node, link.from_port, false);
  const Port* to = find_port(document, catalogue, link.to_node, link.to_port, true);
  if (!from || !to) return LinkRefusal::unknown_end;
  if (link.from_node == link.to_node) return LinkRefusal::same_node;
  if (from->type != to->type) return LinkRefusal::types_differ;
  if (std::find(document.links.begin(), document.links.end(), link) != document.links.end()) return LinkRefusal::exists;
  const std::vector<std::string> behind = downstream(document, {link.to_node});
  const bool cycle = std::find(behind.begin(), behind.end(), link.from_node) != behind.end();
  return cycle ? LinkRefusal::makes_cycle : LinkRefusal::none;
}

std::vector<std::string> downstream(const Document& document, const std::vector<std::string>& ids) {
  std::set<std::string> reached(ids.begin(), ids.end());
  for (bool grown = true; grown;) {
    grown = false;
    for (const Link& link : document.links) {
      if (reached.count(link.from_node) != 0 && reached.insert(link.to_node).second) grown = true;
    }
  }
  std::vector<std::string> out;
  for (const Node& node : document.nodes) {
    if (reached.count(node.id) != 0) out.push_back(node.id);
  }
  return out;
}

}  // namespace kelter
