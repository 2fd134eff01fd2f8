// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/side_work.h"

#include <c10/core/Event.h>
#include <c10/core/GradMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <memory>

namespace kelter {

SideWork::~SideWork() {
  if (running_.valid()) running_.wait();
}

void SideWork::start(std::function<void()> job) {
  wait();
  if (!device_.is_cuda()) return job();
  const c10::impl::VirtualGuardImpl guard(at::kCUDA);
  auto before = std::make_shared<c10::Event>(at::kCUDA);
  before->record(guard.getStream(device_));
  const c10::Stream side = guard.getStreamFromGlobalPool(device_, /*isHighPriority=*/false);
  running_ = std::async(std::launch::async, [job = std::move(job), before, side] {
    const c10::AutoGradMode no_gradient(false);
    const c10::StreamGuard on(side);
    before->block(side);
    job();
    side.synchronize();
  });
}

void SideWork::wait() {
  if (running_.valid()) running_.get();
}

}  // namespace kelter
