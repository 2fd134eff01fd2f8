// SPDX-License-Identifier: GPL-3.0-or-later
// Work beside the forwards of a GPU: copies from and to main memory, files. One job at a time, on a thread and a stream of its own; on
// the processor a job is done at once by whoever starts it.
#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <future>

namespace kelter {

class SideWork {
 public:
  explicit SideWork(at::Device device) : device_(device) {}
  ~SideWork();   // waits; an error of the job is lost
  SideWork(const SideWork&) = delete;
  SideWork& operator=(const SideWork&) = delete;

  // Waits for the job before. The job finds done on the device what the caller's stream was given before this call. Tensors that
  // it makes lie in the memory of its stream: what reads them must be given to the caller's stream before the next start, and
  // they must be kept as long.
  void start(std::function<void()> job);
  // Returns when the job is done, on the device too. Passes its error on, once.
  void wait();

 private:
  at::Device device_;
  std::future<void> running_;
};

}  // namespace kelter
