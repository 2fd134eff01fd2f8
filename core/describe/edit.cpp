// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/edit.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/describe/fields.h"

namespace kelter {
namespace {

template <typename T>
void replace_at(std::vector<T>& list, std::size_t index, const std::optional<T>& before,
                const std::optional<T>& after) {
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
      case HeaderChange::Field::title:
        document.title = change.after.is_string() ? change.after.get<std::string>() : "";
        break;
      case HeaderChange::Field::groups:
        document.groups = change.after;
        break;
      case HeaderChange::Field::notes:
        document.notes = change.after;
        break;
    }
  }
};

void swap_sides(DocumentChange& change) {
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
  for (const std::string& id : ids)
    text += (text.empty() ? "" : ",") + id;
  return text;
}

Edit change_header(HeaderChange::Field field, const Json& before, const Json& after,
                   const std::string& merge_key = {}) {
  Edit edit;
  if (before == after) return edit;
  edit.changes.push_back(HeaderChange{field, before, after});
  edit.merge_key = merge_key;
  return edit;
}

// The ids that groups and notes have.
std::set<std::string> taken_ids(const Document& document) {
  std::set<std::string> ids;
  for (const Node& node : document.nodes)
    ids.insert(node.id);
  for (const Json* list : {&document.groups, &document.notes}) {
    if (!list->is_array()) continue;
    for (const Json& entry : *list) {
      if (entry.is_object() && entry.contains("id") && entry["id"].is_string())
        ids.insert(entry["id"].get<std::string>());
    }
  }
  return ids;
}

using Renaming = std::function<std::string(const std::string&)>;

bool has_members(const Json& group) {
  return group.is_object() && group.contains("nodes") && group["nodes"].is_array();
}

// The members of a group with every id mapped; an empty result drops the member. What is no id stays as it is.
Json mapped_members(const Json& members, const Renaming& map) {
  Json out = Json::array();
  for (const Json& member : members) {
    const Json mapped = member.is_string() ? Json(map(member.get<std::string>())) : member;
    if (mapped != Json("")) out.push_back(mapped);
  }
  return out;
}

// A group that loses its last member goes.
Json mapped_groups(const Json& groups, const Renaming& map) {
  if (!groups.is_array()) return groups;
  Json out = Json::array();
  for (Json group : groups) {
    if (has_members(group)) {
      Json members = mapped_members(group["nodes"], map);
      if (members.empty() && !group["nodes"].empty()) continue;
      group["nodes"] = std::move(members);
    }
    out.push_back(std::move(group));
  }
  return out.empty() && !groups.empty() ? Json() : out;
}

// "rtn-2" -> "rtn": a taken id that is counted already counts on.
std::string without_count(const std::string& id) {
  const std::size_t dash = id.rfind('-');
  const bool counted = dash != std::string::npos && dash > 0 && dash + 1 < id.size() &&
                       id.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return counted ? id.substr(0, dash) : id;
}

std::string free_id_beside(std::set<std::string>& taken, const std::string& wanted) {
  std::string id;
  for (const char c : wanted)
    id += is_valid_id(std::string(1, c)) ? c : '-';
  if (id.empty()) id = "node";
  if (taken.count(id) != 0) {
    const std::string base = without_count(id);
    for (int n = 2; taken.count(id) != 0; ++n)
      id = base + "-" + std::to_string(n);
  }
  taken.insert(id);
  return id;
}

// The list with `added` behind it; null where there is nothing.
Json appended(const Json& list, const Json& added) {
  if (added.empty()) return list;
  Json out = list.is_array() ? list : Json::array();
  for (const Json& entry : added)
    out.push_back(entry);
  return out;
}

// An object of the excerpt whose id, if it has one, is free here.
Json with_free_id(Json entry, std::set<std::string>& taken) {
  if (entry.contains("id") && entry["id"].is_string())
    entry["id"] = free_id_beside(taken, entry["id"].get<std::string>());
  return entry;
}

Json inserted_groups(const Json& groups, std::set<std::string>& taken, const Renaming& renaming) {
  Json out = Json::array();
  if (!groups.is_array()) return out;
  for (const Json& group : mapped_groups(groups, renaming)) {
    if (has_members(group)) out.push_back(with_free_id(group, taken));
  }
  return out;
}

Json inserted_notes(const Json& notes, std::set<std::string>& taken, double dx, double dy) {
  Json out = Json::array();
  if (!notes.is_array()) return out;
  for (Json note : notes) {
    if (!note.is_object()) continue;
    note["x"] = whole_number((note.contains("x") && note["x"].is_number() ? note["x"].get<double>() : 0) + dx);
    note["y"] = whole_number((note.contains("y") && note["y"].is_number() ? note["y"].get<double>() : 0) + dy);
    out.push_back(with_free_id(std::move(note), taken));
  }
  return out;
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
  for (const DocumentChange& change : edit.changes)
    std::visit(Applier{document}, change);
}

Edit inverse(const Edit& edit) {
  Edit out = edit;
  std::reverse(out.changes.begin(), out.changes.end());
  for (DocumentChange& change : out.changes)
    swap_sides(change);
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
  const Json groups =
      mapped_groups(document.groups, [&](const std::string& id) { return gone.count(id) != 0 ? std::string() : id; });
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
    throw Error(ErrorCode::invalid_document, "The name cannot be used", "node " + node,
                "\"" + id + "\" is not made of letters, digits, _ and -", "Use only letters, digits, _ and -.");
  }
  if (taken_ids(document).count(id) != 0) {
    throw Error(ErrorCode::invalid_document, "The name is taken", "node " + node, "there is another \"" + id + "\"",
                "Choose another name.");
  }
  Edit edit = change_node(document, node, "", [&](Node& after) { after.id = id; });
  for (std::size_t i = 0; i < document.links.size(); ++i) {
    Link link = document.links[i];
    if (link.from_node == node) link.from_node = id;
    if (link.to_node == node) link.to_node = id;
    if (link != document.links[i]) edit.changes.push_back(LinkChange{i, document.links[i], link});
  }
  const Json groups =
      mapped_groups(document.groups, [&](const std::string& member) { return member == node ? id : member; });
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

Edit replace_link(const Document& document, const StepCatalogue& catalogue, const Link& old, const Link& link) {
  if (old == link) return {};
  const auto place = std::find(document.links.begin(), document.links.end(), old);
  if (place == document.links.end()) return add_link(document, catalogue, link);
  const Port* input = find_port(document, catalogue, link.to_node, link.to_port, true);
  const bool single = input && !input->many;
  EditChain chain(document);
  chain.add({{LinkChange{static_cast<std::size_t>(place - document.links.begin()), old, link}}, ""});
  // The other link of an input that takes one only.
  Edit rest;
  remove_matching_links(document, rest, [&](const Link& other) {
    return single && other != old && other.to_node == link.to_node && other.to_port == link.to_port;
  });
  chain.add(rest);
  return chain.edit();
}

Edit remove_links(const Document& document, const std::vector<Link>& links) {
  Edit edit;
  remove_matching_links(document, edit,
                        [&](const Link& link) { return std::find(links.begin(), links.end(), link) != links.end(); });
  return edit;
}

Edit set_title(const Document& document, const std::string& title) {
  return change_header(HeaderChange::Field::title, document.title, title, "title");
}

Edit set_groups(const Document& document, const Json& groups) {
  if (groups == document.groups) return {};
  const Json after = groups.is_array() && groups.empty() ? Json() : groups;
  return change_header(HeaderChange::Field::groups, document.groups, after);
}

Edit set_notes(const Document& document, const Json& notes) {
  if (notes == document.notes) return {};
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
  if (document.groups.is_array()) {
    const auto inside = [&](const Json& id) { return id.is_string() && wanted.count(id.get<std::string>()) != 0; };
    for (const Json& group : document.groups) {
      if (!has_members(group) || group["nodes"].empty()) continue;
      if (std::all_of(group["nodes"].begin(), group["nodes"].end(), inside)) out.groups.push_back(group);
    }
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
  const auto name_of = [&](const std::string& id) {
    const auto found = renamed.find(id);
    return found == renamed.end() ? std::string() : found->second;
  };
  index = document.links.size();
  for (Link link : excerpt.links) {
    link.from_node = name_of(link.from_node);
    link.to_node = name_of(link.to_node);
    if (link.from_node.empty() || link.to_node.empty()) continue;
    edit.changes.push_back(LinkChange{index++, std::nullopt, std::move(link)});
  }
  const Json groups = appended(document.groups, inserted_groups(excerpt.groups, taken, name_of));
  const Json notes = appended(document.notes, inserted_notes(excerpt.notes, taken, dx, dy));
  edit = joined(std::move(edit), change_header(HeaderChange::Field::groups, document.groups, groups));
  return joined(std::move(edit), change_header(HeaderChange::Field::notes, document.notes, notes));
}

Edit branch(const Document& document, const StepCatalogue& catalogue, const std::vector<std::string>& ids, double dx,
            double dy, std::vector<std::string>* new_ids) {
  Document copied = excerpt(document, ids);
  copied.groups = Json();
  std::vector<std::string> made;
  Edit edit = insert(document, copied, dx, dy, &made);
  std::map<std::string, std::string> copies;
  for (std::size_t i = 0; i < made.size(); ++i)
    copies[copied.nodes[i].id] = made[i];
  const auto is_link = [](const DocumentChange& change) { return std::holds_alternative<LinkChange>(change); };
  std::size_t index = document.links.size();
  index += static_cast<std::size_t>(std::count_if(edit.changes.begin(), edit.changes.end(), is_link));
  for (Link link : document.links) {
    const auto from = copies.find(link.from_node), to = copies.find(link.to_node);
    if ((from == copies.end()) == (to == copies.end())) continue;  // far from the nodes, or copied already
    if (to != copies.end()) {
      link.to_node = to->second;
    } else {
      const Port* input = find_port(document, catalogue, link.to_node, link.to_port, true);
      if (!input || !input->many) continue;
      link.from_node = from->second;
    }
    edit.changes.push_back(LinkChange{index++, std::nullopt, std::move(link)});
  }
  if (new_ids) *new_ids = std::move(made);
  return edit;
}

LinkCheck::LinkCheck(const Document& document, const StepCatalogue& catalogue, const std::optional<Link>& without) {
  for (std::size_t i = 0; i < document.nodes.size(); ++i) {
    index_.emplace(document.nodes[i].id, i);
    steps_.push_back(catalogue.find(document.nodes[i].step));
  }
  links_.resize(document.nodes.size());
  behind_.resize(document.nodes.size());
  for (const Link& link : document.links) {
    const auto from = index_.find(link.from_node), to = index_.find(link.to_node);
    if (from == index_.end() || to == index_.end() || (without && link == *without)) continue;
    links_[to->second].push_back(&link);
    behind_[from->second].push_back(to->second);
  }
}

const Port* LinkCheck::port(const std::string& node, const std::string& name, bool input) const {
  const auto found = index_.find(node);
  const StepDescriptor* step = found == index_.end() ? nullptr : steps_[found->second];
  if (!step) return nullptr;
  return input ? step->input(name) : step->output(name);
}

bool LinkCheck::depends(std::size_t node, std::size_t on) const {
  std::vector<bool> seen(behind_.size(), false);
  std::vector<std::size_t> open = {on};
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    if (next == node) return true;
    if (seen[next]) continue;
    seen[next] = true;
    open.insert(open.end(), behind_[next].begin(), behind_[next].end());
  }
  return false;
}

LinkRefusal LinkCheck::operator()(const Link& link) const {
  const Port* from = port(link.from_node, link.from_port, false);
  const Port* to = port(link.to_node, link.to_port, true);
  if (!from || !to) return LinkRefusal::unknown_end;
  if (link.from_node == link.to_node) return LinkRefusal::same_node;
  if (from->type != to->type) return LinkRefusal::types_differ;
  const std::size_t end = index_.at(link.to_node);
  const auto& into = links_[end];
  if (std::any_of(into.begin(), into.end(), [&](const Link* other) { return *other == link; }))
    return LinkRefusal::exists;
  return depends(index_.at(link.from_node), end) ? LinkRefusal::makes_cycle : LinkRefusal::none;
}

LinkRefusal check_link(const Document& document, const StepCatalogue& catalogue, const Link& link) {
  return LinkCheck(document, catalogue)(link);
}

std::vector<std::string> downstream(const Document& document, const std::vector<std::string>& ids) {
  std::unordered_multimap<std::string, const std::string*> behind;
  for (const Link& link : document.links)
    behind.emplace(link.from_node, &link.to_node);
  std::set<std::string> reached;
  std::vector<std::string> open = ids;
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    if (!reached.insert(id).second) continue;
    const auto [first, last] = behind.equal_range(id);
    for (auto next = first; next != last; ++next)
      open.push_back(*next->second);
  }
  std::vector<std::string> out;
  for (const Node& node : document.nodes) {
    if (reached.count(node.id) != 0) out.push_back(node.id);
  }
  return out;
}

}  // namespace kelter
