// SPDX-License-Identifier: GPL-3.0-or-later
// Edits as a person might make them, chosen by a seed, for the tests that undo all of them.
#pragma once

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/describe/edit.h"

namespace kelter::test {

class RandomEdits {
 public:
  RandomEdits(const StepCatalogue& catalogue, std::uint64_t seed) : catalogue_(catalogue), random_(seed) {
    kinds_ = {{"add node", [this](const Document& d) { return add(d); }},
              {"remove nodes", [this](const Document& d) { return remove_nodes(d, some_nodes(d, 2)); }},
              {"move nodes", [this](const Document& d) { return move(d); }},
              {"set parameter", [this](const Document& d) { return parameter(d); }},
              {"set overrides", [this](const Document& d) { return overrides(d); }},
              {"set bypass", [this](const Document& d) { return set_bypass(d, some_nodes(d, 3), below(2) == 0); }},
              {"rename node", [this](const Document& d) { return rename(d); }},
              {"add link", [this](const Document& d) { return link(d); }},
              {"replace link", [this](const Document& d) { return relink(d); }},
              {"remove links", [this](const Document& d) { return unlink(d); }},
              {"set title", [this](const Document& d) { return set_title(d, below(4) == 0 ? "" : word()); }},
              {"set groups", [this](const Document& d) { return groups(d); }},
              {"set notes", [this](const Document& d) { return notes(d); }},
              {"insert", [this](const Document& d) { return insert(d, excerpt(d, some_nodes(d, 3)), 32, 48); }},
              {"branch", [this](const Document& d) { return branch(d, catalogue_, some_nodes(d, 2), 0, 120); }}};
  }

  std::size_t kinds() const { return kinds_.size(); }
  const std::string& name(std::size_t kind) const { return kinds_[kind].first; }
  // An edit of a kind chosen at random; may be empty.
  std::pair<std::size_t, Edit> next(const Document& document) {
    // Documents stay small enough for many edits.
    const std::size_t kind = document.nodes.size() > 40 ? 1 : below(kinds_.size());
    return {kind, kinds_[kind].second(document)};
  }
  std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }

 private:
  std::vector<std::string> some_nodes(const Document& d, std::size_t most) {
    std::vector<std::string> ids;
    for (const Node& node : d.nodes)
      ids.push_back(node.id);
    std::shuffle(ids.begin(), ids.end(), random_);
    ids.resize(std::min(ids.size(), 1 + below(most)));
    return ids;
  }
  std::string a_node(const Document& d) { return d.nodes.empty() ? "" : d.nodes[below(d.nodes.size())].id; }
  std::string word() { return "word" + std::to_string(below(50)); }
  double place() { return static_cast<double>(below(200)) * 8 - 400; }

  Edit add(const Document& d) {
    const auto& steps = catalogue_.steps();
    return add_node(d, new_node(d, steps[below(steps.size())], place(), place()));
  }
  Edit move(const Document& d) {
    std::vector<Place> places;
    for (const std::string& id : some_nodes(d, 4))
      places.push_back({id, place(), place() + 0.5});
    return move_nodes(d, places);
  }
  Edit parameter(const Document& d) {
    const std::string id = a_node(d);
    const Node* node = d.find(id);
    const StepDescriptor* step = node ? catalogue_.find(node->step) : nullptr;
    if (!node) return {};
    if (!step || step->parameters.empty()) return set_parameter(d, id, "odd", static_cast<std::int64_t>(below(9)));
    const ParameterSchema& schema = step->parameters[below(step->parameters.size())];
    const Json values[] = {Json(), schema.default_value,      static_cast<std::int64_t>(below(9)), word(),
                           true,   Json{{"sweep", {1, 2, 3}}}};
    return set_parameter(d, id, schema.id, values[below(std::size(values))]);
  }
  Edit overrides(const Document& d) {
    const std::string id = a_node(d);
    if (id.empty()) return {};
    return set_overrides(d, id, below(3) == 0 ? Json() : Json{{"0:" + std::to_string(1 + below(9)), {{"bits", 8}}}});
  }
  Edit rename(const Document& d) {
    const std::string id = a_node(d);
    return id.empty() ? Edit() : rename_node(d, id, free_id(d, word()));
  }
  std::optional<Link> possible_link(const Document& d, const std::optional<Link>& without) {
    const LinkCheck check(d, catalogue_, without);
    for (int attempt = 0; attempt < 30; ++attempt) {
      const Node *from = d.find(a_node(d)), *to = d.find(a_node(d));
      const StepDescriptor* out = from ? catalogue_.find(from->step) : nullptr;
      const StepDescriptor* in = to ? catalogue_.find(to->step) : nullptr;
      if (!out || !in || out->outputs.empty() || in->inputs.empty()) continue;
      const Link link = {from->id, out->outputs.front().name, to->id, in->inputs[below(in->inputs.size())].name};
      if (check(link) == LinkRefusal::none) return link;
    }
    return {};
  }
  Edit link(const Document& d) {
    const std::optional<Link> made = possible_link(d, {});
    return made ? add_link(d, catalogue_, *made) : Edit();
  }
  Edit relink(const Document& d) {
    if (d.links.empty()) return {};
    const Link old = d.links[below(d.links.size())];
    const std::optional<Link> made = possible_link(d, old);
    return made ? replace_link(d, catalogue_, old, *made) : Edit();
  }
  Edit unlink(const Document& d) {
    std::vector<Link> gone;
    for (std::size_t i = 0; i <= below(3) && !d.links.empty(); ++i)
      gone.push_back(d.links[below(d.links.size())]);
    return remove_links(d, gone);
  }
  Edit groups(const Document& d) {
    Json list = d.groups.is_array() ? d.groups : Json::array();
    if (!list.empty() && below(3) == 0) {
      list.erase(below(list.size()));
    } else {
      list.push_back({{"id", free_id(d, "group")}, {"title", word()}, {"nodes", some_nodes(d, 4)}});
    }
    return set_groups(d, list);
  }
  Edit notes(const Document& d) {
    Json list = d.notes.is_array() ? d.notes : Json::array();
    if (!list.empty() && below(3) == 0) {
      list.erase(below(list.size()));
    } else if (!list.empty() && below(2) == 0) {
      list[below(list.size())]["x"] = below(500);
    } else {
      list.push_back({{"id", free_id(d, "note")}, {"text", word()}, {"x", below(500)}, {"y", below(500)}});
    }
    return set_notes(d, list);
  }

  const StepCatalogue& catalogue_;
  std::mt19937_64 random_;
  std::vector<std::pair<std::string, std::function<Edit(const Document&)>>> kinds_;
};

// A document as another version of Kelter, or a person with an editor, may have left it: unknown keys everywhere, a
// step nobody knows, numbers written as 1.0, keys in another order, groups and notes with keys of their own.
inline const char* odd_document() {
  return R"json({
  "title": "Odd",
  "kelter": 1,
  "future": {"b": 1, "a": [1, 2.0]},
  "nodes": [
    {"step": "source.model", "id": "m", "x": 1.0, "y": 2.50, "parameters": {"path": "m.gguf"}, "colour": "red"},
    {"id": "strange", "step": "acme.squeeze", "parameters": {"force": 11.0, "deep": {"z": 1, "a": null}}, "x": 300, "y": 0},
    {"id": "q", "step": "quant.rtn", "parameters": {"group": 64, "bits": 4.0}, "y": 120, "x": 300, "bypass": false,
     "overrides": {"0:2": {"bits": 8}}},
    {"id": "p", "step": "measure.perplexity", "parameters": {"text": "t.txt"}, "x": 600}
  ],
  "links": [["m.model", "strange.model"], ["strange.model", "q.model"], ["m.model", "p.model"], ["q.model", "p.model"]],
  "groups": [{"title": "Both", "id": "g", "nodes": ["strange", "q"], "shade": 3}],
  "notes": [{"text": "kept", "x": 0, "y": 300, "font": "Inter"}]
})json";
}

}  // namespace kelter::test
