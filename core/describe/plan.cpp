// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/plan.h"

#include "core/describe/fields.h"

namespace kelter {
namespace {

std::optional<std::uint64_t> bytes_if(Fields& fields, const char* key) {
  const Json* value = fields.find(key);
  if (!value || value->is_null()) return std::nullopt;
  if (!value->is_number_unsigned() && !(value->is_number_integer() && value->get<std::int64_t>() >= 0)) {
    fields.fail(key, "a number of bytes is wanted, this is " + shown(*value));
  }
  return value->get<std::uint64_t>();
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

Json PlannedNode::to_json() const {
  return {{"id", id},
          {"step", step},
          {"recipe", recipe},
          {"cached", cached},
          {"seconds", or_null(seconds)},
          {"peak_bytes", or_null(peak_bytes)},
          {"disk_bytes", or_null(disk_bytes)}};
}

PlannedNode PlannedNode::from_json(const Json& json) {
  Fields fields(json, "planned node");
  PlannedNode node;
  node.id = fields.text("id");
  node.step = fields.text("step");
  node.recipe = fields.text("recipe");
  node.cached = fields.boolean_or("cached", false);
  node.seconds = fields.number_if("seconds");
  node.peak_bytes = bytes_if(fields, "peak_bytes");
  node.disk_bytes = bytes_if(fields, "disk_bytes");
  return node;
}

Json Plan::to_json() const {
  Json json = {{"nodes", Json::array()},
               {"seconds", or_null(seconds)},
               {"disk_bytes", disk_bytes},
               {"peak_bytes", peak_bytes},
               {"warnings", warnings}};
  for (const PlannedNode& node : nodes)
    json["nodes"].push_back(node.to_json());
  return json;
}

Plan Plan::from_json(const Json& json) {
  Fields fields(json, "plan");
  Plan plan;
  for (const Json& node : fields.array("nodes"))
    plan.nodes.push_back(PlannedNode::from_json(node));
  plan.seconds = fields.number_if("seconds");
  plan.disk_bytes = bytes_if(fields, "disk_bytes").value_or(0);
  plan.peak_bytes = bytes_if(fields, "peak_bytes").value_or(0);
  for (const Json& warning : fields.array_or_empty("warnings")) {
    if (!warning.is_string()) fields.fail("warnings", "a list of texts is wanted");
    plan.warnings.push_back(warning.get<std::string>());
  }
  return plan;
}

}  // namespace kelter
