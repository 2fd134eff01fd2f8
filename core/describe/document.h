// SPDX-License-Identifier: GPL-3.0-or-later
// A pipeline as saved in a .kelter file: nodes with parameters, links between ports. Unknown keys and
// unknown steps are kept verbatim. A value; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace kelter {

// How an object was written in the file it came from (order of keys, 1 or 1.0), so that saving changes nothing
// that was not edited. Form, not content: all layouts are equal.
struct JsonLayout {
  Json json;  // null for an object made in memory
  bool operator==(const JsonLayout&) const { return true; }
};

// Node ids match [A-Za-z0-9_-]+.
bool is_valid_id(const std::string& id);

struct Node {
  std::string id;  // [A-Za-z0-9_-]+
  std::string step;
  Json parameters = Json::object();  // as given: only what differs from the defaults; may hold {"sweep": [...]}
  double x = 0, y = 0;
  bool bypass = false;
  Json overrides;                 // layers -> parameters; null if absent
  Json unknown = Json::object();  // keys this version does not know
  JsonLayout layout;
  Json to_json() const;
  bool operator==(const Node&) const = default;
};

struct Link {
  std::string from_node, from_port, to_node, to_port;
  bool operator==(const Link&) const = default;
};

struct Document {
  int schema = 1;
  std::string title;
  std::vector<Node> nodes;
  std::vector<Link> links;
  Json groups, notes;  // null if absent
  Json unknown = Json::object();
  JsonLayout layout;
  fs::path folder;  // relative paths start here; empty for a document in memory

  const Node* find(const std::string& id) const;
  Json to_json() const;
  static Document from_json(const Json& json, const std::string& where);  // Error(invalid_document)
  static Document load(const fs::path& path);
  void save(const fs::path& path) const;  // atomic, stable key order: load + save gives the same bytes
};

}  // namespace kelter
