// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/document.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/describe/fields.h"

namespace kelter {
namespace {

constexpr int newest_schema = 1;

// A key with its value; `omitted` is the value that need not be written.
struct Member {
  const char* key;
  Json value;
  std::optional<Json> omitted;
};

// The value to write, nothing if the key is to be left out.
std::optional<Json> written(const Member& member, const Json& layout) {
  const bool is_default = member.omitted && member.value == *member.omitted;
  if (!layout.contains(member.key)) return is_default ? std::nullopt : std::optional(member.value);
  if (is_default && layout[member.key].is_null()) return Json();
  return member.value.is_null() ? std::nullopt : std::optional(member.value);
}

// Known and unknown keys in the order of the layout, new ones behind; a value that did not change keeps the
// form it had (1 and 1.0 are equal).
Json arrange(const std::vector<Member>& members, const Json& unknown, const Json& layout) {
  Json fresh = Json::object();
  for (const Member& member : members) {
    if (const std::optional<Json> value = written(member, layout)) fresh[member.key] = *value;
  }
  for (const auto& [key, value] : unknown.items())
    fresh[key] = value;
  if (!layout.is_object()) return fresh;
  Json out = Json::object();
  for (const auto& [key, old] : layout.items()) {
    const auto found = fresh.find(key);
    if (found != fresh.end()) out[key] = *found == old ? old : *found;
  }
  for (const auto& [key, value] : fresh.items()) {
    if (!out.contains(key)) out[key] = value;
  }
  return out;
}

Json optional_value(const Json* value) { return value ? *value : Json(); }

Node read_node(const Json& json, const std::string& where) {
  Fields fields(json, where, ErrorCode::invalid_document);
  Node node;
  node.id = fields.text("id");
  node.step = fields.text("step");
  node.parameters = fields.object_or_empty("parameters");
  node.x = fields.number_or("x", 0);
  node.y = fields.number_or("y", 0);
  node.bypass = fields.boolean_or("bypass", false);
  node.overrides = optional_value(fields.find("overrides"));
  node.unknown = fields.rest();
  node.layout.json = json;
  return node;
}

// "rtn.model": ids and ports hold no dots; the last one counts, so that a wrong id is reported as such later.
std::pair<std::string, std::string> read_end(const Json& json, const std::string& where) {
  const std::string text = json.is_string() ? json.get<std::string>() : "";
  const std::size_t dot = text.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
    throw Error(ErrorCode::invalid_document, "A link cannot be read", where, shown(json) + " is not NODE.PORT",
                "Write each link as [\"from.port\", \"to.port\"].");
  }
  return {text.substr(0, dot), text.substr(dot + 1)};
}

Link read_link(const Json& json, const std::string& where) {
  if (!json.is_array() || json.size() != 2) {
    throw Error(ErrorCode::invalid_document, "A link cannot be read", where, "it is " + shown(json),
                "Write each link as [\"from.port\", \"to.port\"].");
  }
  auto [from_node, from_port] = read_end(json[0], where);
  auto [to_node, to_port] = read_end(json[1], where);
  return {std::move(from_node), std::move(from_port), std::move(to_node), std::move(to_port)};
}

void check_schema(std::int64_t schema, const std::string& where) {
  if (schema >= 1 && schema <= newest_schema) return;
  throw Error(
      ErrorCode::invalid_document, "The document cannot be opened", where,
      "it has format " + std::to_string(schema) + ", this Kelter knows formats up to " + std::to_string(newest_schema),
      "Open it with a newer Kelter.");
}

}  // namespace

bool is_valid_id(const std::string& id) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !id.empty() && std::all_of(id.begin(), id.end(), allowed);
}

Json Node::to_json() const {
  const std::optional<Json> zero = layout.json.is_null() ? std::nullopt : std::optional<Json>(0);
  const std::optional<Json> nothing = layout.json.is_null() ? std::nullopt : std::optional<Json>(Json::object());
  return arrange({{"id", id, std::nullopt},
                  {"step", step, std::nullopt},
                  {"parameters", parameters, nothing},
                  {"x", whole_number(x), zero},
                  {"y", whole_number(y), zero},
                  {"bypass", bypass, false},
                  {"overrides", overrides, Json()}},
                 unknown, layout.json);
}

const Node* Document::find(const std::string& id) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.id == id; });
  return found == nodes.end() ? nullptr : &*found;
}

Json Document::to_json() const {
  Json node_list = Json::array(), link_list = Json::array();
  for (const Node& node : nodes)
    node_list.push_back(node.to_json());
  for (const Link& link : links) {
    link_list.push_back({link.from_node + "." + link.from_port, link.to_node + "." + link.to_port});
  }
  return arrange({{"kelter", schema, std::nullopt},
                  {"title", title, ""},
                  {"nodes", std::move(node_list), std::nullopt},
                  {"links", std::move(link_list), Json::array()},
                  {"groups", groups, Json()},
                  {"notes", notes, Json()}},
                 unknown, layout.json);
}

Document Document::from_json(const Json& json, const std::string& where) {
  Fields fields(json, where, ErrorCode::invalid_document);
  Document document;
  const std::int64_t schema = fields.integer("kelter");
  check_schema(schema, where);
  document.schema = static_cast<int>(schema);
  document.title = fields.text_or("title", "");
  std::size_t count = 0;
  for (const Json& node : fields.array("nodes")) {
    document.nodes.push_back(read_node(node, where + ", node " + std::to_string(++count)));
  }
  count = 0;
  for (const Json& link : fields.array_or_empty("links")) {
    document.links.push_back(read_link(link, where + ", link " + std::to_string(++count)));
  }
  document.groups = optional_value(fields.find("groups"));
  document.notes = optional_value(fields.find("notes"));
  document.unknown = fields.rest();
  document.layout.json = Json::object();
  for (const auto& [key, value] : json.items()) {
    // Nodes have layouts of their own; holding the lists twice would only cost memory.
    document.layout.json[key] = key == "nodes" || key == "links" ? Json::array() : value;
  }
  return document;
}

Document Document::load(const fs::path& path) {
  Document document = from_json(read_json_file(path), path.string());
  document.folder = path.parent_path();
  return document;
}

void Document::save(const fs::path& path) const { write_file_atomically(path, to_pretty(to_json())); }

}  // namespace kelter
