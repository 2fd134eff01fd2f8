// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensor_list.h"

#include <QStringList>

#include "core/describe/fields.h"

namespace kelter::ui {
namespace {

ListedTensor listed(const Json& json) {
  Fields fields(json, "tensor");
  ListedTensor tensor;
  tensor.name = QString::fromStdString(fields.text("name"));
  tensor.format = QString::fromStdString(fields.text("format"));
  tensor.bytes = static_cast<std::uint64_t>(fields.integer("bytes"));
  tensor.parameters = 1;
  for (const Json& size : fields.array("shape")) {
    if (!size.is_number_integer()) fields.fail("shape", "whole numbers are wanted, this is " + shown(size));
    tensor.shape.push_back(size.get<std::int64_t>());
    tensor.parameters *= tensor.shape.back();
  }
  return tensor;
}

}  // namespace

TensorList tensor_list(const Json& model) {
  Fields fields(model, "model");
  TensorList list;
  list.path = QString::fromStdString(fields.text("path"));
  list.container = QString::fromStdString(fields.text("container"));
  const Json& tensors = fields.array("tensors");
  list.tensors.reserve(tensors.size());
  for (const Json& tensor : tensors) {
    list.tensors.push_back(listed(tensor));
    list.tensor_bytes += list.tensors.back().bytes;
  }
  return list;
}

QString shape_text(const std::vector<std::int64_t>& shape) {
  QStringList sizes;
  for (const std::int64_t size : shape) sizes.append(QString::number(size));
  return sizes.join(QStringLiteral(" × "));
}

std::string plain_shape(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

}  // namespace kelter::ui
