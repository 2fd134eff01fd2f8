// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/engine_thread.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace kelter {
namespace {

void torch_parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
  at::parallel_for(begin, end, grain, [&body](std::int64_t first, std::int64_t last) { body(first, last); });
}

}  // namespace

void own_torch(int threads) {
  at::set_num_threads(threads);                  // of the calling thread's pool: OpenMP keeps it per thread
  at::globalContext().setFlushDenormal(false);   // results must not depend on who ran before
  set_parallel_backend(torch_parallel_for);
}

void EngineThread::Job::run() {
  try {
    task();
    done.set_value();
  } catch (...) {
    done.set_exception(std::current_exception());
  }
}

void EngineThread::Job::drop(const char* why) {
  done.set_exception(std::make_exception_ptr(Error(ErrorCode::cancelled, "The request was dropped", tag, why)));
}

EngineThread::EngineThread(int threads, Task start) {
  Job first{{}, start ? std::move(start) : [] {}, {}};
  started_ = first.done.get_future().share();
  engine_ = std::thread([this, threads, first = std::move(first)]() mutable { engine_loop(threads, std::move(first)); });
  reader_ = std::thread([this] { reader_loop(); });
}

EngineThread::~EngineThread() { stop(); }

std::future<void> EngineThread::enqueue(std::deque<Job>& queue, Job job, std::condition_variable& wake) {
  std::future<void> future = job.done.get_future();
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    job.drop("the engine is shutting down");
    return future;
  }
  const auto older = std::find_if(queue.begin(), queue.end(),
                                  [&](const Job& queued) { return !job.tag.empty() && queued.tag == job.tag; });
  if (older != queue.end()) {
    older->drop("a newer request took its place");
    queue.erase(older);
  }
  queue.push_back(std::move(job));
  wake.notify_one();
  return future;
}

std::future<void> EngineThread::post(Task task) { return enqueue(jobs_, {{}, std::move(task), {}}, wake_engine_); }

std::future<void> EngineThread::read(Task task) { return enqueue(reads_, {{}, std::move(task), {}}, wake_reader_); }

std::future<void> EngineThread::post_interactive(const std::string& tag, Task task) {
  return enqueue(interactive_, {tag, std::move(task), {}}, wake_engine_);
}

void EngineThread::serve_interactive() {
  if (serving_) return;
  serving_ = true;
  for (;;) {
    std::unique_lock lock(mutex_);
    if (interactive_.empty()) break;
    Job job = std::move(interactive_.front());
    interactive_.pop_front();
    lock.unlock();
    job.run();
  }
  serving_ = false;
}

void EngineThread::engine_loop(int threads, Job start) {
  own_torch(threads);
  start.run();
  for (;;) {
    serve_interactive();
    std::unique_lock lock(mutex_);
    wake_engine_.wait(lock, [this] { return stopping_ || !jobs_.empty() || !interactive_.empty(); });
    if (stopping_) return;
    if (!interactive_.empty()) continue;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job.run();
  }
}

void EngineThread::reader_loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_reader_.wait(lock, [this] { return stopping_ || !reads_.empty(); });
    if (stopping_) return;
    Job job = std::move(reads_.front());
    reads_.pop_front();
    lock.unlock();
    job.run();
  }
}

void EngineThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (std::deque<Job>* queue : {&jobs_, &interactive_, &reads_}) {
      for (Job& job : *queue) job.drop("the engine is shutting down");
      queue->clear();
    }
  }
  wake_engine_.notify_all();
  wake_reader_.notify_all();
  if (engine_.joinable()) engine_.join();
  if (reader_.joinable()) reader_.join();
}

}  // namespace kelter
