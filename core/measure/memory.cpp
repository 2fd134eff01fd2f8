// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/memory.h"

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "core/formats/compute_device.h"
#include "core/measure/throughput.h"

namespace kelter {
namespace {

constexpr std::chrono::milliseconds sampling_interval(5);

// The bytes of a line "RssAnon:     1234 kB".
std::optional<std::uint64_t> kilobytes(std::string_view line) {
  const std::size_t digit = line.find_first_of("0123456789");
  std::uint64_t value = 0;
  if (digit == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(line.data() + digit, line.data() + line.size(), value);
  if (error != std::errc() || !line.ends_with(" kB")) return std::nullopt;
  return value * 1024;
}

void raise(std::optional<std::uint64_t>& peak, const std::optional<std::uint64_t>& value) {
  if (value && (!peak || *value > *peak)) peak = value;
}

// Watches anonymous and file-backed memory, of which the system keeps no high-water mark, from a thread of its own.
class Sampler {
 public:
  Sampler() : thread_([this] { run(); }) {}
  ~Sampler() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  // Valid after stop().
  std::optional<std::uint64_t> anonymous, file_backed;

 private:
  void run() {
    std::unique_lock lock(mutex_);
    do {
      const ProcessMemory now = process_memory();
      raise(anonymous, now.anonymous);
      raise(file_backed, now.file_backed);
    } while (!wake_.wait_for(lock, sampling_interval, [this] { return stopping_; }));
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;   // last: starts when all else exists
};

void generate_tokens(DecodeEngine& engine, std::int64_t vocabulary, const MemoryRequest& request, StepContext& context) {
  engine.prefill(fixed_prompt(request.prompt, vocabulary));
  for (std::int32_t id : fixed_prompt(request.output, vocabulary)) {
    context.check_cancelled();
    engine.step(std::span(&id, 1));
  }
}

}  // namespace

ProcessMemory process_memory() {
  ProcessMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) memory.resident = kilobytes(line);
    if (line.starts_with("VmHWM:")) memory.peak_resident = kilobytes(line);
    if (line.starts_with("RssAnon:")) memory.anonymous = kilobytes(line);
    if (line.starts_with("RssFile:")) memory.file_backed = kilobytes(line);
  }
  return memory;
}

bool reset_peak_resident() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

MemoryResult measure_memory(const std::optional<std::uint64_t>& idle, const std::function<RunningModel&()>& open,
                            const MemoryRequest& request, StepContext& context) {
  if (request.prompt < 1 || request.output < 1)
    throw Error(ErrorCode::invalid_parameter, "The memory settings make no sense", "prompt, output", "one is below 1");
  MemoryResult result;
  result.idle_resident_bytes = idle;
  if (request.device.is_cuda()) reset_peak_device_memory(request.device);
  reset_peak_resident();   // without the right to, the mark covers the whole process: the same for a fresh one
  Sampler sampler;
  RunningModel& running = open();
  context.check_cancelled();
  generate_tokens(running.engine, running.vocabulary, request, context);
  sampler.stop();
  const ProcessMemory now = process_memory();
  result.peak_resident_bytes = now.peak_resident;
  result.peak_anonymous_bytes = sampler.anonymous;
  result.peak_file_backed_bytes = sampler.file_backed;
  raise(result.peak_anonymous_bytes, now.anonymous);
  raise(result.peak_file_backed_bytes, now.file_backed);
  result.cache_bytes = running.engine.cache_bytes();
  if (request.device.is_cuda()) {
    const DeviceMemory memory = device_memory(request.device);
    result.peak_gpu_bytes = memory.peak_allocated;
    result.peak_gpu_reserved_bytes = memory.peak_reserved;
    result.gpu_used_bytes = memory.total - memory.free;
  }
  return result;
}

}  // namespace kelter
