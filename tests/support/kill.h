// SPDX-License-Identifier: GPL-3.0-or-later
// Child processes that die by a real SIGKILL. They are forks: the process that calls must not have computed with libtorch
// yet, whose pool of threads a fork does not have. Header only; needs the room base.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <random>
#include <string>
#include <thread>

namespace kelter::test {

inline bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }

// Starts `work` in a child, which ends with exit status 0 behind it, 70 if it throws.
template <typename Work>
pid_t start_child(const Work& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
    ::_exit(70);
  }
  ::_exit(0);
}

inline int wait_for_child(pid_t child) {
  int status = 0;
  return ::waitpid(child, &status, 0) == child ? status : -1;
}

// The status (of waitpid) that `work` in a child of its own ends with.
template <typename Work>
int run_in_child(const Work& work) {
  return wait_for_child(start_child(work));
}

// `rounds` times: `work`, which must not end by itself, in a child that is killed after at most `longest`, the same times
// at every call; then `check(round)` looks at what it left.
template <typename Work, typename Check>
void kill_at_random_points(int rounds, std::chrono::microseconds longest, const Work& work, const Check& check) {
  std::mt19937_64 random(20240607);
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = start_child(work);
    QVERIFY(child > 0);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<std::uint64_t>(longest.count())));
    QCOMPARE(::kill(child, SIGKILL), 0);
    QVERIFY2(was_killed(wait_for_child(child)), "the child ended before it was killed");
    check(round);
  }
}

}  // namespace kelter::test
