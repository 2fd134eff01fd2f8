// SPDX-License-Identifier: GPL-3.0-or-later
// A weight made of others, each in any format and each stored, placed on a device and multiplied as it is. Its parts are
// theirs with their name and a dot in front ("left.codes"); its descriptor holds theirs under that name. Tensors of decoded
// weights and products lie where the inner weights lie.
#pragma once

#include <functional>

#include "core/formats/weight_format.h"

namespace kelter {

class PartReader;

class CompositeWeight : public WeightFormat {
 public:
  struct Inner {
    std::string name;
    Weight weight;
  };

  const std::vector<Inner>& inner() const { return inner_; }
  // The same made of others in the order of inner(), which have their shapes.
  virtual Weight with_inner(const std::vector<Weight>& weights) const = 0;

  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  std::uint64_t bytes() const override;
  std::optional<MatrixView> view() const final { return std::nullopt; }
  bool rounds_activations() const final;

 protected:
  CompositeWeight(std::vector<std::int64_t> shape, std::vector<Inner> inner) : WeightFormat(std::move(shape)), inner_(std::move(inner)) {}
  const Weight& at(std::size_t i) const { return inner_[i].weight; }

 private:
  std::vector<Inner> inner_;
};

// The weight with each of its inner ones replaced; itself where nothing changes.
Weight replace_inner(const std::shared_ptr<const CompositeWeight>& weight, const std::function<Weight(const Weight&)>& replace);

}  // namespace kelter
