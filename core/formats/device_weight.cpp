// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/device_weight.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "core/formats/composite_weight.h"
#include "core/formats/dense_weight.h"
#include "core/formats/gemm.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/kernels/cuda_formats.h"
#include "core/kernels/dispatch.h"

namespace kelter {
namespace {

// Weights decoded at a time: 128 MB in 16 bits, so that all but the largest matrices are one piece.
constexpr std::int64_t tile_weights = 64 << 20;
constexpr std::int64_t ggml_group = 32;

// With room for a whole last word of 4 bytes, as kernels read.
at::Tensor copied(const Bytes& bytes, at::Device device) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  const at::Tensor host = at::from_blob(const_cast<std::uint8_t*>(bytes.data()), {size}, at::kByte);
  const at::Tensor room = at::zeros({(size + 3) / 4 * 4}, at::TensorOptions(device).dtype(at::kByte));
  const at::Tensor out = room.narrow(0, 0, size);
  out.copy_(host);
  return out;
}

Bytes to_bytes(const at::Tensor& values) {
  auto held = std::make_shared<const at::Tensor>(values.contiguous().cpu());
  const void* data = held->const_data_ptr();
  const std::size_t size = held->nbytes();
  return {held, data, size, false};
}

const std::uint8_t* bytes_of(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const std::uint8_t*>(tensor.const_data_ptr()) : nullptr;
}

const float* floats_of(const at::Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr; }

MatrixView view_of(const WeightFormat& weight) {
  if (const std::optional<MatrixView> view = weight.view()) return *view;
  throw Error(ErrorCode::internal, "A weight made of others is placed one by one", weight.name());
}

bool lies_as_stored(const WeightFormat& weight) { return is_cuda_format(view_of(weight).encoding); }

}  // namespace

Weight DeviceWeight::upload(const WeightFormat& weight, at::Device device) {
  auto out = std::shared_ptr<DeviceWeight>(new DeviceWeight(weight));
  if (lies_as_stored(weight)) {
    out->upload_as_stored(device);
    return out;
  }
  for (WeightPart& part : out->layout_) {
    const at::Tensor stored = copied(part.data, device);
    part.data = Bytes();
    if (part.name == "values") {
      out->codes_ = stored.view(dtype_from_name(weight.name())).view(weight.shape());
    } else if (part.name == "blocks") {
      out->split_blocks(stored.view({weight.rows(), weight.columns() / ggml_group, -1}));
    } else if (part.name == "codes") {
      out->codes_ = stored;
    } else if (part.name == "scales") {
      out->scales_ = stored;
    } else if (part.name == "zeros" || part.name == "minima") {
      out->zeros_ = stored;
    } else if (part.name == "order") {
      out->order_ = stored.view(at::kInt);
    } else {
      throw Error(ErrorCode::unsupported, "This weight cannot be computed on a GPU", weight.name(),
                  "it has a part \"" + part.name + "\" that no kernel reads", "Use --device cpu.");
    }
  }
  out->integers_.codes = bytes_of(out->codes_);
  out->integers_.scales = bytes_of(out->scales_);
  out->integers_.zeros = bytes_of(out->zeros_);
  out->integers_.order = out->order_.defined() ? out->order_.const_data_ptr<std::int32_t>() : nullptr;
  return out;
}

Weight DeviceWeight::dense(const at::Tensor& values) { return std::shared_ptr<DeviceWeight>(new DeviceWeight(values)); }

DeviceWeight::DeviceWeight(const WeightFormat& weight)
    : WeightFormat(weight.shape()), kind_(weight.kind()), name_(weight.name()), kernel_(counter("-matvec-cuda")),
      nominal_bits_(weight.nominal_bits()), descriptor_(weight.descriptor()), bytes_(weight.bytes()), layout_(weight.parts()) {
  if (lies_as_stored(weight)) {
    stored_ = view_of(weight);
  } else if (kind_ == IntegerWeight::kind_name) {
    integers_ = view_of(weight).integers;
  } else if (kind_ == GgmlWeight::kind_name) {
    integers_.rows = rows();
    integers_.columns = columns();
    integers_.group = ggml_group;
    integers_.bits = name_ == "Q8_0" ? 8 : has_fifth_bits() ? 5 : 4;
    integers_.scale_type = ScaleType::float16;
    integers_.zero_kind = has_minima() ? ZeroKind::minima : ZeroKind::middle;
  } else if (!is_dense()) {
    throw Error(ErrorCode::unsupported, "This weight cannot be computed on a GPU", name_,
                "there is no kernel for the kind \"" + kind_ + "\"", "Use --device cpu.");
  }
}

DeviceWeight::DeviceWeight(const at::Tensor& values)
    : WeightFormat(values.sizes().vec()), kind_(DenseWeight::kind_name), name_(dtype_name(values.scalar_type())),
      kernel_(counter("-matvec-cuda")), nominal_bits_(8.0 * static_cast<double>(values.element_size())),
      descriptor_({{"kind", kind_}, {"shape", shape()}, {"dtype", name_}}), bytes_(values.nbytes()), codes_(values.contiguous()) {
  layout_ = {{"values", name_ == "float32" ? "F32" : name_ == "float16" ? "F16" : "BF16", shape(), {}}};
}

void DeviceWeight::upload_as_stored(at::Device device) {
  std::map<std::string, const std::uint8_t*> place;
  for (WeightPart& part : layout_) {
    arrays_.push_back(copied(part.data, device));
    place[part.name] = bytes_of(arrays_.back());
    part.data = Bytes();
  }
  MatrixView& view = *stored_;
  switch (view.encoding) {
    case Encoding::small_float:
      view.data = view.floats.codes = place["codes"];
      view.floats.scales.values = place["scales"];
      view.floats.scales.block_scales = reinterpret_cast<const float*>(place["scale_parameters"]);
      if (view.floats.scales.table) {
        table_ = at::tensor(at::ArrayRef<float>(view.floats.scales.table, 256)).to(device);
        view.floats.scales.table = table_.const_data_ptr<float>();
      }
      break;
    case Encoding::sparse:
      view.sparse.bits = reinterpret_cast<const std::uint32_t*>(place["bits"]);
      view.data = view.sparse.values = place["values"];
      view.sparse.starts = reinterpret_cast<const std::uint32_t*>(place["starts"]);
      view.sparse.scales = reinterpret_cast<const std::uint16_t*>(place["scales"]);
      break;
    default: view.data = place["blocks"]; break;
  }
}

bool DeviceWeight::has_minima() const { return name_ == "Q4_1" || name_ == "Q5_1"; }
bool DeviceWeight::has_fifth_bits() const { return name_ == "Q5_0" || name_ == "Q5_1"; }

// Copies in any case: kernels want their arrays aligned. Blocks [rows, blocks, bytes]: scale; minimum of Q4_1 and Q5_1; fifth bits of
// Q5_0 and Q5_1; codes, those of Q8_0 signed. Fifth bits are the plane behind the codes' lower bits here.
void DeviceWeight::split_blocks(const at::Tensor& blocks) {
  constexpr std::int64_t number = 2;
  const std::int64_t head = has_minima() ? 2 * number : number, bits = has_fifth_bits() ? 4 : 0;
  scales_ = blocks.narrow(2, 0, number).clone(at::MemoryFormat::Contiguous);
  if (has_minima()) zeros_ = blocks.narrow(2, number, number).clone(at::MemoryFormat::Contiguous);
  const at::Tensor codes = blocks.narrow(2, head + bits, blocks.size(2) - head - bits);
  codes_ = bits > 0 ? at::cat({codes, blocks.narrow(2, head, bits)}, 2) : codes.clone(at::MemoryFormat::Contiguous);
  if (name_ == "Q8_0") codes_.bitwise_xor_(0x80);
}

at::Tensor DeviceWeight::joined_blocks() const {
  constexpr std::int64_t lower = 16;   // bytes of the lower four bits
  std::vector<at::Tensor> parts = {scales_};
  if (has_minima()) parts.push_back(zeros_);
  if (has_fifth_bits()) {
    parts.push_back(codes_.narrow(2, lower, codes_.size(2) - lower));
    parts.push_back(codes_.narrow(2, 0, lower));
  } else {
    parts.push_back(name_ == "Q8_0" ? codes_.bitwise_xor(0x80) : codes_);
  }
  return at::cat(parts, 2);
}

std::vector<WeightPart> DeviceWeight::parts() const {
  std::vector<WeightPart> out = layout_;
  for (std::size_t i = 0; i < arrays_.size(); ++i) out[i].data = to_bytes(arrays_[i]);
  if (stored_) return out;
  for (WeightPart& part : out) {
    const bool zeros = part.name == "zeros" || part.name == "minima";
    part.data = to_bytes(part.name == "blocks"   ? joined_blocks()
                         : part.name == "scales" ? scales_
                         : part.name == "order"  ? order_
                         : zeros                 ? zeros_
                                                 : codes_);
  }
  return out;
}

// "q4_1-matvec-cuda" of Q4_1, "int4-matvec-cuda" of "int4 g64": what the kernels of the processor are called, too.
std::string DeviceWeight::counter(const char* suffix) const {
  std::string out = name_.substr(0, name_.find(' '));
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return out + suffix;
}

std::optional<MatrixView> DeviceWeight::view() const {
  if (stored_) return stored_;
  if (!is_dense()) return integers_;
  const Encoding encoding = codes_.scalar_type() == at::kFloat  ? Encoding::float32
                            : codes_.scalar_type() == at::kHalf ? Encoding::float16
                                                                : Encoding::bfloat16;
  return MatrixView{encoding, codes_.const_data_ptr(), rows(), columns()};
}

void DeviceWeight::decode_into(const at::Tensor& out, const std::int32_t* ids, std::int64_t begin) const {
  const c10::DeviceGuard guard(device());
  const CudaRows rows{ids, begin, out.size(0)};
  const NumberType type = number_type(out.scalar_type());
  void *const numbers = out.mutable_data_ptr(), *const stream = device_stream(device());
  const auto decode = [&] {
    if (!stored_) return cuda_decode_rows(integers_, ids, begin, rows.count, type, numbers, stream);
    return cuda_decode_format(*stored_, rows, type, numbers, stream);
  };
  check_kernel(decode(), "decode-cuda");
}

at::Tensor DeviceWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  if (is_dense()) return codes_.view({rows(), columns()}).narrow(0, begin, end - begin).to(dtype, false, /*copy=*/true);
  const at::Tensor out = at::empty({end - begin, columns()}, at::TensorOptions(device()).dtype(dtype));
  decode_into(out, nullptr, begin);
  return out;
}

at::Tensor DeviceWeight::gather_rows(const at::Tensor& ids, at::ScalarType dtype) const {
  const at::Tensor wanted = ids.to(device(), at::kInt).contiguous();
  if (is_dense()) return codes_.index_select(0, wanted).to(dtype);
  const at::Tensor out = at::empty({wanted.size(0), columns()}, at::TensorOptions(device()).dtype(dtype));
  decode_into(out, wanted.const_data_ptr<std::int32_t>(), 0);
  return out;
}

void DeviceWeight::count_product(std::int64_t tokens) const {
  const std::int64_t passes = (tokens + cuda_matvec_tokens - 1) / cuda_matvec_tokens;
  if (passes > 0) count_kernel(kernel_, bytes_ * static_cast<std::uint64_t>(passes));
}

void DeviceWeight::multiply(const at::Tensor& x, const at::Tensor& y, const at::Tensor& bias, const at::Tensor& residual) const {
  const std::int64_t tokens = x.size(0);
  if (is_dense() && tokens > cuda_matvec_tokens) {
    count_kernel(gemm_name(codes_.scalar_type(), device()), bytes_);
    at::Tensor out = at::linear(x.to(codes_.scalar_type()), codes_).to(at::kFloat);
    if (bias.defined()) out = out + bias;
    y.copy_(residual.defined() ? out + residual : out);
    return;
  }
  const c10::DeviceGuard guard(device());
  CudaProducts call;
  call.of[0] = {*view(), y.mutable_data_ptr<float>(), floats_of(bias)};
  call.x = floats_of(x);
  call.tokens = tokens;
  call.residual = floats_of(residual);
  check_kernel(cuda_products(call, device_stream(device())), kernel_.c_str());
  count_product(tokens);
}

at::Tensor DeviceWeight::linear(const at::Tensor& x) const {
  const std::int64_t tokens = x.size(0);
  if (tokens <= few_tokens() && !x.requires_grad() && kernel_enabled(kernel_)) {
    const at::Tensor y = at::empty({tokens, rows()}, x.options().dtype(at::kFloat));
    multiply(x.to(at::kFloat).contiguous(), y);
    return y.to(x.scalar_type());
  }
  const std::string product = gemm_name(x.scalar_type(), device());
  if (is_dense() && x.scalar_type() == codes_.scalar_type()) {
    count_kernel(product, bytes_);
    return at::linear(x, codes_);
  }
  count_kernel(name_ + "-decode-cuda+" + product, bytes_);
  const std::int64_t tile = std::max<std::int64_t>(1, tile_weights / columns());
  if (tile >= rows()) return at::linear(x, decode_rows(0, rows(), x.scalar_type()));
  at::Tensor out = at::empty({tokens, rows()}, x.options());
  for (std::int64_t begin = 0; begin < rows(); begin += tile) {
    const std::int64_t end = std::min(begin + tile, rows());
    out.narrow(1, begin, end - begin).copy_(at::linear(x, decode_rows(begin, end, x.scalar_type())));
  }
  return out;
}

Weight DeviceWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  return upload(*load_weight(descriptor_, parts())->select_rows(rows), device());
}

Weight dense_weight(const at::Tensor& values, at::ScalarType dtype) {
  return values.is_cuda() ? DeviceWeight::dense(values.to(dtype)) : DenseWeight::from_tensor(values, dtype);
}

Weight on_device(const Weight& weight, at::Device device) {
  if (const auto composite = std::dynamic_pointer_cast<const CompositeWeight>(weight))
    return replace_inner(composite, [&](const Weight& inner) { return on_device(inner, device); });
  const auto placed = std::dynamic_pointer_cast<const DeviceWeight>(weight);
  if (placed && placed->device() == device) return weight;
  const Weight host = placed ? load_weight(placed->descriptor(), placed->parts()) : weight;
  return device.is_cuda() ? DeviceWeight::upload(*host, device) : host;
}

}  // namespace kelter
