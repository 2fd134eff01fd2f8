// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "core/base/error.h"
#include "core/describe/messages.h"

namespace kelter {
namespace {

using namespace std::chrono_literals;

constexpr int poll_milliseconds = 50;
constexpr auto grace = 800ms;               // between asking a child to end and ending it
constexpr std::size_t quoted_errors = 600;  // characters of stderr in an error
constexpr int cannot_start = 127;

struct Pipe {
  int read_end = -1, write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error(ErrorCode::internal, "No pipe to a child process", {}, std::strerror(errno));
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

// After fork only async-signal-safe calls are allowed, so everything is prepared by the parent.
[[noreturn]] void become(const char* program, char* const* arguments, int input, int output, int errors, pid_t parent) {
  ::setpgid(0, 0);                            // so that its own children end with it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(cannot_start);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execv(program, arguments);
  ::_exit(cannot_start);
}

class Child {
 public:
  Child(const fs::path& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) become(words[0].c_str(), pointers.data(), nothing, output_.write_end, errors_.write_end, parent);
    ::close(nothing);
    if (process_ < 0)
      throw Error(ErrorCode::internal, "No child process could be started", program.string(), std::strerror(errno));
    ::setpgid(process_, process_);            // whichever of the two comes first
    Pipe::close_end(output_.write_end);
    Pipe::close_end(errors_.write_end);
  }
  ~Child() {
    if (process_ > 0) end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Collects output until both pipes are closed.
  void read(ChildOutput& output, const std::function<void()>& check) {
    while (output_.read_end >= 0 || errors_.read_end >= 0) {
      check();
      std::array<pollfd, 2> ends{{{output_.read_end, POLLIN, 0}, {errors_.read_end, POLLIN, 0}}};
      ::poll(ends.data(), ends.size(), poll_milliseconds);
      if (ends[0].revents) take(output_, output.output);
      if (ends[1].revents) take(errors_, output.errors);
    }
  }

  int wait(const std::function<void()>& check) {
    int status = 0;
    for (pid_t done = 0; done == 0;) {
      done = ::waitpid(process_, &status, WNOHANG);
      if (done == 0) {
        check();
        std::this_thread::sleep_for(5ms);
      }
    }
    process_ = -1;
    return status;
  }

 private:
  static void take(Pipe& pipe, std::string& text) {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::read(pipe.read_end, buffer.data(), buffer.size());
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close_end(pipe.read_end);
  }

  void end() {
    ::kill(-process_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + grace;
    int status = 0;
    while (std::chrono::steady_clock::now() < deadline) {
      if (::waitpid(process_, &status, WNOHANG) != 0) {
        ::kill(-process_, SIGKILL);           // what the child itself started
        return;
      }
      std::this_thread::sleep_for(10ms);
    }
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, &status, 0);
  }

  Pipe output_, errors_;
  pid_t process_ = -1;
};

std::string tail(const std::string& text) {
  return text.size() <= quoted_errors ? text : "… " + text.substr(text.size() - quoted_errors);
}

// The child's own error, if it printed one as the command-line contract says.
void throw_own_error(const ChildOutput& output) {
  const Json json = Json::parse(output.output, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return;
  throw Error(error_from_json(json["error"]));
}

void check_end(int status, const fs::path& program, const ChildOutput& output) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const bool memory = number == SIGKILL;
    throw Error(
        memory ? ErrorCode::out_of_memory : ErrorCode::internal, "A measuring process was ended by a signal",
        program.string(),
        std::string("signal ") + std::to_string(number) + " (" + ::strsignal(number) + ") " + tail(output.errors),
        memory ? "Most often the system was out of memory: measure with less else running." : "");
  }
  throw_own_error(output);
  throw Error(
      ErrorCode::internal, "A measuring process failed", program.string(),
      "exit code " + std::to_string(WEXITSTATUS(status)) + (output.errors.empty() ? "" : ": " + tail(output.errors)));
}

}  // namespace

ChildOutput run_child(const fs::path& program, const std::vector<std::string>& arguments,
                      const std::function<void()>& poll) {
  if (::access(program.c_str(), X_OK) != 0) {
    throw Error(ErrorCode::file_not_found, "The program for measurements is missing", program.string(),
                std::strerror(errno), "Install Kelter again, or name the program in KELTER_CLI.");
  }
  const std::function<void()> check = poll ? poll : [] {};
  ChildOutput output;
  Child child(program, arguments);
  child.read(output, check);
  check_end(child.wait(check), program, output);
  return output;
}

}  // namespace kelter
