// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread that owns models, libtorch and its thread pool, and a second, torch-free one for opening,
// inspecting and hashing files. Jobs run one after the other in order; interactive jobs (chat, a look into a
// layer) are served before the next job, and inside a running one at its cancellation points.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

namespace kelter {

class EngineThread {
 public:
  using Task = std::function<void()>;

  // `threads` of libtorch's pool. `start` runs on the engine thread before all jobs, interactive ones too.
  explicit EngineThread(int threads, Task start = {});
  ~EngineThread();                        // stop()
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  // Any thread. The future carries what the task throws; a task dropped by stop() gives Error(cancelled).
  std::future<void> post(Task task);
  // A newer request takes the place of a queued older one of the same tag, which gives Error(cancelled).
  std::future<void> post_interactive(const std::string& tag, Task task);
  // On the reader thread.
  std::future<void> read(Task task);

  // Carries what `start` threw.
  std::shared_future<void> started() const { return started_; }

  // Engine thread only: runs what waits in the interactive queue. A running job calls it at every cancellation
  // point (RunListener::at_border). Does nothing inside an interactive task.
  void serve_interactive();

  // Drops what is queued and waits for what runs (cancel that first through its own CancelFlag).
  void stop();

 private:
  struct Job {
    std::string tag;
    Task task;
    std::promise<void> done;
    void run();
    void drop(const char* why);
  };

  std::future<void> enqueue(std::deque<Job>& queue, Job job, std::condition_variable& wake);
  void engine_loop(int threads, Job start);
  void reader_loop();

  std::mutex mutex_;                      // guards the queues and stopping_
  std::condition_variable wake_engine_, wake_reader_;
  std::deque<Job> jobs_, interactive_, reads_;
  bool stopping_ = false;
  bool serving_ = false;                  // engine thread only
  std::shared_future<void> started_;
  std::thread engine_, reader_;
};

// For a program without an engine thread (a measuring child): makes the calling thread the owner of libtorch.
void own_torch(int threads);

}  // namespace kelter
