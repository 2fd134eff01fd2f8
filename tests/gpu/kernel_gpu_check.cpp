// SPDX-License-Identifier: GPL-3.0-or-later
// Compares the CUDA decoder of grouped 4-bit rows with the CPU's, bit for bit, over odd shapes.
// Exit status: 0 all passed, 1 something failed, 77 skipped because there is no GPU.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"
#include "core/kernels/grouped_integer_cuda.h"

#ifdef KELTER_WITH_CUDA
#include <cuda_runtime_api.h>
#endif

namespace {

struct Shape {
  std::int64_t rows, columns, group;
};

constexpr Shape shapes[] = {{1, 32, 32},     {1, 1, 1},       {3, 7, 7},     {7, 31, 31},    {5, 33, 33},
                            {4, 96, 32},     {9, 100, 100},   {64, 576, 64}, {17, 576, 576}, {576, 1536, 128},
                            {1536, 576, 32}, {3, 4096, 4096}, {2, 127, 127}, {0, 64, 32},    {49152, 576, 64}};

#ifdef KELTER_WITH_CUDA

struct Weights {
  std::vector<std::uint8_t> codes;
  std::vector<float> scale, offset;
  kelter::GroupedIntegerView view;
};

Weights make_weights(const Shape& shape) {
  std::mt19937 random(static_cast<unsigned>(shape.rows * 31 + shape.columns));
  std::normal_distribution<float> normal(0.0f, 0.02f);
  Weights weights;
  std::vector<std::uint8_t> plain(static_cast<std::size_t>(shape.rows * shape.columns));
  for (auto& code : plain)
    code = static_cast<std::uint8_t>(random() & 15u);
  weights.codes.resize(static_cast<std::size_t>(shape.rows * kelter::packed_row_bytes(shape.columns, 4)));
  kelter::pack_codes(plain.data(), shape.rows, shape.columns, 4, weights.codes.data());
  const std::size_t groups = static_cast<std::size_t>(shape.rows * (shape.columns / shape.group));
  for (std::size_t g = 0; g < groups; ++g) {
    weights.scale.push_back(normal(random));
    weights.offset.push_back(normal(random));
  }
  // Values that a careless kernel gets wrong: a subnormal scale, infinity.
  if (groups > 2) {
    weights.scale[1] = 1e-40f;
    weights.offset[1] = 0.0f;
    weights.scale[2] = std::numeric_limits<float>::infinity();
  }
  weights.view = {weights.codes.data(), weights.scale.data(), weights.offset.data(), shape.rows,     shape.columns,
                  shape.group,          4,                    kelter::ScaleType::float32, kelter::ZeroKind::minima};
  return weights;
}

// A device copy of host data; freed with its owner.
class DeviceArray {
 public:
  DeviceArray(const void* host, std::size_t bytes) {
    ok_ = cudaMalloc(&data_, bytes + 1) == cudaSuccess &&
          (!host || cudaMemcpy(data_, host, bytes, cudaMemcpyHostToDevice) == cudaSuccess);
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  bool ok() const { return ok_; }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data_);
  }

 private:
  void* data_ = nullptr;
  bool ok_ = false;
};

// NaN has many bit patterns and the devices pick different ones; every other value must be the same bits.
bool same(float a, float b) { return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0; }

bool passes(const Shape& shape, std::string& why) {
  const Weights weights = make_weights(shape);
  const std::size_t count = static_cast<std::size_t>(shape.rows * shape.columns);
  std::vector<float> expected(count), floats(count);
  std::vector<std::uint16_t> halves(count);
  kelter::decode_grouped_integer(weights.view, 0, shape.rows, expected.data());

  const DeviceArray codes(weights.codes.data(), weights.codes.size());
  const DeviceArray scale(weights.scale.data(), 4 * weights.scale.size());
  const DeviceArray offset(weights.offset.data(), 4 * weights.offset.size());
  const DeviceArray out32(nullptr, 4 * count), out16(nullptr, 2 * count);
  if (!codes.ok() || !scale.ok() || !offset.ok() || !out32.ok() || !out16.ok()) {
    why = "no device memory";
    return false;
  }
  const int first = kelter_cuda_decode_int4_float32(codes.as<std::uint8_t>(), scale.as<float>(), offset.as<float>(),
                                                    shape.rows, shape.columns, shape.group, out32.as<float>(), nullptr);
  const int second =
      kelter_cuda_decode_int4_bfloat16(codes.as<std::uint8_t>(), scale.as<float>(), offset.as<float>(), shape.rows,
                                       shape.columns, shape.group, out16.as<std::uint16_t>(), nullptr);
  if (first != 0 || second != 0) {
    why = kelter_cuda_error_text(first != 0 ? first : second);
    return false;
  }
  if (cudaMemcpy(floats.data(), out32.as<float>(), 4 * count, cudaMemcpyDeviceToHost) != cudaSuccess ||
      cudaMemcpy(halves.data(), out16.as<std::uint16_t>(), 2 * count, cudaMemcpyDeviceToHost) != cudaSuccess) {
    why = "the results cannot be copied back";
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float rounded = kelter::bfloat16_to_float32(kelter::float32_to_bfloat16(expected[i]));
    if (!same(floats[i], expected[i]) || !same(kelter::bfloat16_to_float32(halves[i]), rounded)) {
      why = "element " + std::to_string(i) + " differs";
      return false;
    }
  }
  return true;
}

#else

bool passes(const Shape&, std::string& why) {
  why = "this build has no CUDA";
  return false;
}

#endif

}  // namespace

int main() {
  const int total = static_cast<int>(std::size(shapes));
  if (!kelter::cuda_device_available()) {
    std::printf("SKIP: no CUDA device\n0 passed, 0 failed, %d skipped\n", total);
    return 77;
  }
  int failed = 0;
  for (const Shape& shape : shapes) {
    std::string why;
    if (passes(shape, why)) continue;
    ++failed;
    std::printf("FAIL: rows %lld, columns %lld, group %lld: %s\n", static_cast<long long>(shape.rows),
                static_cast<long long>(shape.columns), static_cast<long long>(shape.group), why.c_str());
  }
  std::printf("%d passed, %d failed, 0 skipped\n", total - failed, failed);
  return failed == 0 ? 0 : 1;
}
