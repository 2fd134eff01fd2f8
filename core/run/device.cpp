// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/device.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/kernels/dispatch.h"

namespace kelter {

std::string device_class(int threads) {
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

std::string default_dtype() {
  return cpu_description().find("bf16") != std::string::npos ? "bfloat16" : "float32";
}

}  // namespace kelter
