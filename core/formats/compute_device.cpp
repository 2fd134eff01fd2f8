// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/compute_device.h"

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <charconv>

#include "core/base/units.h"
#include "core/formats/gemm.h"

namespace kelter {
namespace {

constexpr const char* without_gpu = "Use --device cpu.";

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

ErrorInfo problem(const std::string& what, const std::string& why, const std::string& remedy) {
  return {ErrorCode::unsupported, what, "device cuda", why, remedy};
}

// The number behind "cuda:".
std::optional<int> index_of(const std::string& text) {
  const std::string prefix = "cuda:";
  int index = -1;
  if (!text.starts_with(prefix)) return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + prefix.size(), end, index);
  return error == std::errc() && stop == end && index >= 0 ? std::optional(index) : std::nullopt;
}

at::Device usable_gpu(int index) {
  if (const auto why_not = gpu_problem(index)) throw Error(*why_not);
  at::globalContext().lazyInitDevice(at::kCUDA);
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

}  // namespace

std::optional<ErrorInfo> device_problem(const CudaSupport& support, int index) {
  if (index < support.devices) return std::nullopt;
  if (support.devices > 0)
    return problem("There is no such GPU", "cuda:" + std::to_string(index) + " was asked for, there are " +
                   std::to_string(support.devices) + ", counted from 0", "Use a lower number.");
  if (support.runtime == 0) return problem("The GPU cannot be used", "this build of Kelter has no CUDA kernels", without_gpu);
  if (support.driver == 0)
    return problem("The GPU cannot be used", "no NVIDIA driver was found", "Install NVIDIA's driver, or use --device cpu.");
  if (support.driver < support.runtime)
    return problem("The NVIDIA driver is too old", "it knows CUDA " + version_text(support.driver) + ", Kelter needs CUDA " +
                   version_text(support.runtime), "Install a newer driver, or use --device cpu.");
  return problem("No GPU was found", support.status == 0 ? "the driver sees none" : cuda_error_text(support.status), without_gpu);
}

std::optional<ErrorInfo> gpu_problem(int index) {
  if (auto why_not = device_problem(cuda_support(), index)) return why_not;
  if (at::globalContext().hasCUDA()) return std::nullopt;
  return problem("The GPU cannot be used", "this build of libtorch has no CUDA", "Install libtorch with CUDA, or use --device cpu.");
}

at::Device parse_device(const std::string& text) {
  if (text == "cpu") return at::kCPU;
  if (text == "auto") return gpu_problem(0) ? at::Device(at::kCPU) : usable_gpu(0);
  if (text == "cuda") return usable_gpu(0);
  if (const auto index = index_of(text)) return usable_gpu(*index);
  throw Error(ErrorCode::invalid_parameter, "The device is not known", "\"" + text + "\"", {}, "Use cpu, cuda, cuda:N or auto.");
}

std::string to_string(at::Device device) {
  return device.is_cuda() ? "cuda:" + std::to_string(device.has_index() ? static_cast<int>(device.index()) : 0) : "cpu";
}

bool is_fast_on(at::Device device, at::ScalarType dtype) {
  if (!device.is_cuda()) return dtype != at::kHalf && multiplied_natively(dtype);
  constexpr int first_with_bfloat16 = 8;
  return dtype != at::kBFloat16 || cuda_device_info(device.index()).major >= first_with_bfloat16;
}

DeviceMemory device_memory(at::Device device) {
  auto* const allocator = c10::getDeviceAllocator(at::kCUDA);
  const auto stats = allocator->getDeviceStats(device.index());
  const auto& allocated = stats.allocated_bytes[0];   // 0: the aggregate
  const auto& reserved = stats.reserved_bytes[0];
  const auto [free, total] = allocator->getMemoryInfo(device.index());
  const auto bytes = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  return {bytes(allocated.current), bytes(allocated.peak), bytes(reserved.current), bytes(reserved.peak), free, total};
}

void reset_peak_device_memory(at::Device device) { c10::getDeviceAllocator(at::kCUDA)->resetPeakStats(device.index()); }

std::uint64_t peak_memory_of(at::Device device, const std::function<void()>& work) {
  const std::uint64_t before = device_memory(device).allocated;
  reset_peak_device_memory(device);
  work();
  return device_memory(device).peak_allocated - before;
}

void require_device_memory(at::Device device, std::uint64_t planned, const std::string& purpose) {
  if (!device.is_cuda()) return;
  const DeviceMemory memory = device_memory(device);
  if (planned <= memory.available()) return;
  throw Error(ErrorCode::out_of_memory, "The GPU has not enough memory", "device " + to_string(device),
              format_bytes(planned) + " are planned for " + purpose + ", " + format_bytes(memory.available()) + " of " +
                  format_bytes(memory.total) + " are available",
              "Use fewer bits, a shorter context or a smaller batch, end other programs on the GPU, or use --device cpu.");
}

NumberType number_type(at::ScalarType dtype) {
  return dtype == at::kFloat ? NumberType::float32 : dtype == at::kHalf ? NumberType::float16 : NumberType::bfloat16;
}

void* device_stream(at::Device device) {
  return c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device).native_handle();
}

void finish_device_work(at::Device device) {
  if (device.is_cuda()) c10::impl::VirtualGuardImpl(at::kCUDA).synchronizeDevice(device.index());
}

void check_kernel(int status, const char* kernel) {
  if (status != 0)
    throw Error(ErrorCode::internal, "A GPU kernel could not be started", kernel, cuda_error_text(status),
                "Report this with the model that caused it.");
}

}  // namespace kelter
