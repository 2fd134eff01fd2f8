// SPDX-License-Identifier: GPL-3.0-or-later
// Where a model is computed: the processor or one NVIDIA GPU. Engine thread; device_problem, gpu_problem and parse_device: any thread.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/kernels/cuda_kernels.h"

namespace kelter {

// "cpu", "cuda" (the first GPU), "cuda:N", or "auto" (the first GPU if one can be used, else the processor).
// Error(invalid_parameter) for another text, Error(unsupported) for a GPU that cannot be used.
at::Device parse_device(const std::string& text);
std::string to_string(at::Device device);   // "cpu", "cuda:0"

// Why GPU `index` cannot be used: no CUDA in this build, no driver, too old a driver, no such GPU. std::nullopt: it can.
std::optional<ErrorInfo> device_problem(const CudaSupport& support, int index);

// The same of this process, libtorch included.
std::optional<ErrorInfo> gpu_problem(int index);

// Whether the device multiplies numbers of this type fast.
bool is_fast_on(at::Device device, at::ScalarType dtype);

// Bytes of a GPU. `allocated` is what tensors of this process hold, `reserved` what its allocator keeps for them, `free`
// and `total` what the driver says of the whole device.
struct DeviceMemory {
  std::uint64_t allocated = 0, peak_allocated = 0, reserved = 0, peak_reserved = 0, free = 0, total = 0;
  // What new tensors can take.
  std::uint64_t available() const { return free + reserved - allocated; }
};
DeviceMemory device_memory(at::Device device);
void reset_peak_device_memory(at::Device device);
// The most that tensors of `work` hold at a time on a GPU, beside what tensors hold before it.
std::uint64_t peak_memory_of(at::Device device, const std::function<void()>& work);

// Error(out_of_memory) with planned and available bytes unless `planned` more bytes have room; `purpose` is what they
// are for ("the weights"). On the processor nothing is checked.
void require_device_memory(at::Device device, std::uint64_t planned, const std::string& purpose);

// float32, float16 or bfloat16, as kernels name them.
NumberType number_type(at::ScalarType dtype);

// The stream (a cudaStream_t) that tensor operations of this thread use on the device.
void* device_stream(at::Device device);
// Waits until the device has done what was queued; nothing on the processor.
void finish_device_work(at::Device device);
// Error(internal) naming the kernel if a status of core/kernels/cuda_kernels.h is not 0.
void check_kernel(int status, const char* kernel);

}  // namespace kelter
