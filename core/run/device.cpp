// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/device.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/formats/compute_device.h"
#include "core/kernels/dispatch.h"

namespace kelter {

std::string device_class(int threads, at::Device device) {
  if (device.is_cuda()) {
    const CudaDeviceInfo gpu = cuda_device_info(device.index());
    return gpu.name + " sm_" + std::to_string(gpu.major) + std::to_string(gpu.minor) + ", libtorch " + KELTER_LIBTORCH;
  }
  return cpu_description() + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads") + ", libtorch " +
         KELTER_LIBTORCH;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

int default_threads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

std::string default_dtype(at::Device device) {
  if (device.is_cuda()) return is_fast_on(device, at::kBFloat16) ? "bfloat16" : "float16";
  return cpu_description().find("bf16") != std::string::npos ? "bfloat16" : "float32";
}

std::vector<ComputeDevice> compute_devices(int threads) {
  std::vector<ComputeDevice> devices{{"cpu", {}, device_class(threads), default_dtype(), 0, {}}};
  const int gpus = cuda_support().devices;
  if (gpus == 0) devices.push_back({"cuda", {}, {}, {}, 0, gpu_problem(0)});
  for (int index = 0; index < gpus; ++index) {
    const at::Device gpu(at::kCUDA, static_cast<at::DeviceIndex>(index));
    const CudaDeviceInfo info = cuda_device_info(index);
    ComputeDevice device{to_string(gpu), info.name, {}, {}, info.total_bytes, gpu_problem(index)};
    if (!device.problem) {
      device.device_class = device_class(threads, gpu);
      device.dtype = default_dtype(gpu);
    }
    devices.push_back(std::move(device));
  }
  return devices;
}

void check_dtype(const std::string& dtype, at::Device device) {
  if (dtype != "float16" || device.is_cuda()) return;
  throw Error(ErrorCode::unsupported, "The compute type float16 does not exist on the CPU", "--dtype float16",
              "processors have no fast float16 products", "Use --dtype bfloat16 or float32.");
}

}  // namespace kelter
