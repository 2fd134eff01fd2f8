// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/layer_settings.h"

#include <algorithm>
#include <set>

#include "core/base/units.h"
#include "core/describe/fields.h"
#include "core/describe/nearest.h"
#include "core/describe/rules.h"

namespace kelter {
namespace {

constexpr const char* form = "Write {\"0:4\": {\"bits\": 8}}.";

// One range of one override; `key` and `values` belong to the overrides.
struct Entry {
  LayerRange layers;
  std::string key;
  const Json* values;
};

std::string in_quotes(const std::string& text) { return "\"" + printable(text) + "\""; }

std::string place(const std::string& where, const std::string& layers) {
  return where + ", override of the layers " + printable(layers);
}

std::string layers_text(const LayerRange& layers) {
  const bool one = layers.begin + 1 == layers.end;
  return one ? "layer " + std::to_string(layers.begin)
             : "layers " + std::to_string(layers.begin) + " to " + std::to_string(layers.end - 1);
}

bool covers(const LayerRange& outer, const LayerRange& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

std::vector<std::string> free_parameters(const StepDescriptor& step, const Json& resolved) {
  std::vector<std::string> ids;
  for (const ParameterSchema& schema : step.parameters) {
    if (may_differ_by_layer(schema, resolved)) ids.push_back(schema.id);
  }
  return ids;
}

void check_may_differ(const ParameterSchema& schema, const StepDescriptor& step, const Json& resolved,
                      const std::string& where) {
  if (may_differ_by_layer(schema, resolved)) return;
  std::string why = "it holds for the whole step";
  if (schema.per_layer) {
    why = "with " + schema.per_layer_parameter + "=" + shown(resolved.at(schema.per_layer_parameter)) +
          " it holds for all layers together";
  }
  const std::vector<std::string> free = free_parameters(step, resolved);
  throw Error(ErrorCode::invalid_parameter, "Layers cannot differ in the parameter " + in_quotes(schema.id), where, why,
              free.empty() ? "Use one node for each group of layers." : "Layers may differ in " + join(free) + ".");
}

// The parameters of one override, each checked by its schema.
Json checked_values(const Json& parameters, const StepDescriptor& step, const Json& resolved,
                    const std::string& where) {
  if (!parameters.is_object()) {
    throw Error(ErrorCode::invalid_document, "An override cannot be read", where, "it is " + shown(parameters), form);
  }
  Json values = Json::object();
  for (const auto& [name, value] : parameters.items()) {
    const ParameterSchema* schema = find_parameter(step.parameters, name);
    if (!schema) {
      throw Error(ErrorCode::invalid_parameter, "There is no parameter " + in_quotes(name), where,
                  "the step does not have it", did_you_mean(name, parameter_ids(step.parameters), "Remove it."));
    }
    check_may_differ(*schema, step, resolved, where);
    values[name] = check_parameter(*schema, value, where);
  }
  return values;
}

std::vector<Entry> entries_of(const Json& overrides, const std::string& where) {
  std::vector<Entry> entries;
  for (const auto& [key, values] : overrides.items()) {
    for (const LayerRange& layers : parse_layer_ranges(key, where + ", overrides")) {
      entries.push_back({layers, key, &values});
    }
  }
  return entries;
}

// Two overrides of one layer must not set the same parameter; one that names a layer twice is only clumsy.
void check_given_once(const Json& overrides, const std::string& where) {
  const std::vector<Entry> entries = entries_of(overrides, where);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Entry &a = entries[j], &b = entries[i];
      const std::int64_t first = std::max(a.layers.begin, b.layers.begin);
      if (a.key == b.key || first >= std::min(a.layers.end, b.layers.end)) continue;
      for (const auto& [name, value] : b.values->items()) {
        if (!a.values->contains(name)) continue;
        throw Error(ErrorCode::invalid_parameter, "A layer is given the parameter " + in_quotes(name) + " twice",
                    where + ", overrides",
                    "the layers " + a.key + " and the layers " + b.key + " both hold layer " + std::to_string(first),
                    "Name each layer once for each parameter.");
      }
    }
  }
}

// All layers from one border to the next have the same settings.
std::vector<LayerRange> pieces(const std::vector<Entry>& entries, const std::vector<LayerRange>& chosen) {
  std::set<std::int64_t> borders;
  for (const Entry& entry : entries)
    borders.insert({entry.layers.begin, entry.layers.end});
  for (const LayerRange& layers : chosen)
    borders.insert({layers.begin, layers.end});
  std::vector<LayerRange> out;
  for (const std::int64_t border : borders) {
    if (!out.empty()) out.back().end = border;
    out.push_back({border, border});
  }
  if (!out.empty()) out.pop_back();  // begins where the layers end
  return out;
}

// The layers the node's parameter `layers` names; none if it names all.
std::vector<LayerRange> chosen_layers(const StepDescriptor& step, const Json& resolved, const std::string& where) {
  const ParameterSchema* schema = find_parameter(step.parameters, "layers");
  if (!schema || schema->type != ParameterType::layers || !resolved.at("layers").is_string()) return {};
  return parse_layer_ranges(resolved.at("layers").get<std::string>(), where);
}

void check_chosen(const LayerRange& layers, const std::vector<LayerRange>& chosen, const std::string& where) {
  const bool left_out = !chosen.empty() && std::none_of(chosen.begin(), chosen.end(),
                                                        [&](const LayerRange& range) { return covers(range, layers); });
  if (!left_out) return;
  throw Error(ErrorCode::invalid_parameter, "An override has no effect", where,
              "the parameter \"layers\" leaves out " + layers_text(layers),
              "Choose these layers there, or remove the override.");
}

Json difference(const Json& own, const Json& other) {
  Json out = Json::object();
  for (const auto& [name, value] : other.items()) {
    if (own.at(name) != value) out[name] = value;
  }
  return out;
}

}  // namespace

Json check_overrides(const Json& overrides, const StepDescriptor& step, const Json& resolved,
                     const std::string& where) {
  if (overrides.is_null()) return {};
  const std::string at = where + ", overrides";
  if (!overrides.is_object()) {
    throw Error(ErrorCode::invalid_document, "The overrides cannot be read", at, "they are " + shown(overrides), form);
  }
  Json checked;
  for (const auto& [layers, parameters] : overrides.items()) {
    if (layers.empty()) {
      throw Error(ErrorCode::invalid_document, "An override names no layers", at, "its key is empty",
                  "Name layers such as 0:4.");
    }
    parse_layer_ranges(layers, at);
    Json values = checked_values(parameters, step, resolved, place(where, layers));
    if (!values.empty()) checked[layers] = std::move(values);
  }
  if (!checked.is_null()) check_given_once(checked, where);
  return checked;
}

LayerSettings::LayerSettings(const Json& checked, const StepDescriptor& step, const Json& given, const Json& resolved,
                             const std::string& where) {
  if (checked.is_null()) return;
  const std::vector<Entry> entries = entries_of(checked, where);
  const std::vector<LayerRange> chosen = chosen_layers(step, resolved, where);
  for (const LayerRange& layers : pieces(entries, chosen)) {
    Json values = Json::object();
    std::string keys;
    for (const Entry& entry : entries) {
      if (!covers(entry.layers, layers)) continue;
      values.update(*entry.values);
      keys += (keys.empty() ? "" : " and ") + entry.key;
    }
    if (values.empty()) continue;
    check_chosen(layers, chosen, place(where, keys));
    Json all = given;
    all.update(values);
    Json in_force = resolve_parameters(step.parameters, all, place(where, keys));
    for (const std::string& rule : step.rules)
      apply_rule(rule, values, in_force, place(where, keys));
    segments_.push_back({layers, difference(resolved, in_force)});
  }
}

Json LayerSettings::parameters(const Json& own, std::int64_t layer) const {
  const auto found = std::find_if(segments_.begin(), segments_.end(), [&](const Segment& segment) {
    return segment.layers.begin <= layer && layer < segment.layers.end;
  });
  Json parameters = own;
  if (found != segments_.end()) parameters.update(found->differing);
  return parameters;
}

void LayerSettings::check_layer_count(std::int64_t layer_count) const {
  if (segments_.empty() || segments_.back().layers.end <= layer_count) return;
  throw Error(ErrorCode::invalid_parameter, "The overrides do not fit the model", "overrides",
              "they name layer " + std::to_string(segments_.back().layers.end - 1) + ", its layers are 0 to " +
                  std::to_string(layer_count - 1),
              "Name layers that the model has; they are numbered anew where layers were removed.");
}

}  // namespace kelter
