// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/composite_weight.h"

#include <algorithm>

namespace kelter {

Json CompositeWeight::descriptor() const {
  Json out = {{"kind", kind()}, {"shape", shape()}};
  for (const Inner& one : inner_) out[one.name] = one.weight->descriptor();
  return out;
}

std::vector<WeightPart> CompositeWeight::parts() const {
  std::vector<WeightPart> out;
  for (const Inner& one : inner_) {
    for (WeightPart& part : one.weight->parts()) {
      part.name = one.name + "." + part.name;
      out.push_back(std::move(part));
    }
  }
  return out;
}

std::uint64_t CompositeWeight::bytes() const {
  std::uint64_t sum = 0;
  for (const Inner& one : inner_) sum += one.weight->bytes();
  return sum;
}

bool CompositeWeight::rounds_activations() const {
  return std::any_of(inner_.begin(), inner_.end(), [](const Inner& one) { return one.weight->rounds_activations(); });
}

Weight replace_inner(const std::shared_ptr<const CompositeWeight>& weight, const std::function<Weight(const Weight&)>& replace) {
  std::vector<Weight> others;
  bool changed = false;
  for (const CompositeWeight::Inner& one : weight->inner()) {
    others.push_back(replace(one.weight));
    changed = changed || others.back() != one.weight;
  }
  return changed ? weight->with_inner(others) : weight;
}

}  // namespace kelter
