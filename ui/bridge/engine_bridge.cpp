// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>

#include "core/report/run_reports.h"

namespace kelter::ui {
namespace {

constexpr int delivery_interval_ms = 50;   // 20 Hz
constexpr int longest_delivery_ms = 15;    // then the window thread gets a turn

// ---- what may be left out on the way: an update that a later one overtakes --------------------------------------

struct Overtakes {
  const EngineEvent& newer;

  bool operator()(const RunProgress& old) const {
    const auto* now = std::get_if<RunProgress>(&newer);
    return now && now->id == old.id;
  }
  bool operator()(const NodeChanged& old) const {
    const auto* now = std::get_if<NodeChanged>(&newer);
    return now && now->id == old.id && now->node.id == old.node.id;
  }
  template <typename Other>
  bool operator()(const Other&) const {
    return false;
  }
};

// ---- what is never left out: those that wait become one ---------------------------------------------------------

bool join(TokenWritten& before, const TokenWritten& token) {
  if (before.id != token.id) return false;
  before.text += token.text;
  before.count = token.count;
  before.decode_seconds = token.decode_seconds;
  return true;
}

bool join(LinearsRecorded& before, const LinearsRecorded& now) {
  if (before.id != now.id || before.message.node != now.message.node) return false;
  for (const Json& linear : now.message.linears) before.message.linears.push_back(linear);
  return true;
}

template <typename Event>
bool joined(std::deque<EngineEvent>& events, const EngineEvent& event) {
  const auto* now = std::get_if<Event>(&event);
  return now && std::any_of(events.begin(), events.end(), [&](EngineEvent& waiting) {
           auto* before = std::get_if<Event>(&waiting);
           return before && join(*before, *now);
         });
}

std::string id_of(const EngineRequest& request) {
  return std::visit(
      [](const auto& message) -> std::string {
        if constexpr (requires { message.id; }) {
          return message.id;
        } else {
          return {};
        }
      },
      request);
}

}  // namespace

struct EngineBridge::Inbox {
  explicit Inbox(EngineBridge* owner) : bridge(owner) {}

  // On a thread of the engine.
  void push(const EngineEvent& event) {
    if (const auto* finished = std::get_if<RunFinished>(&event)) leave_reports(*finished);
    put(event);
  }

  void put(const EngineEvent& event) {
    const std::lock_guard lock(mutex);
    if (!joined<TokenWritten>(events, event) && !joined<LinearsRecorded>(events, event)) {
      std::erase_if(events, [&](const EngineEvent& old) { return std::visit(Overtakes{event}, old); });
      events.push_back(event);
    }
    wake();
  }

  void remember_folder(const RunRequest& request) {
    const std::lock_guard lock(mutex);
    if (!request.out.empty()) folders[request.id] = request.out;
  }

  // With the mutex held.
  void wake() {
    if (woken || !bridge) return;
    woken = true;
    QMetaObject::invokeMethod(bridge, &EngineBridge::deliver, Qt::QueuedConnection);
  }

  // What a run from the command line leaves as well.
  void leave_reports(const RunFinished& finished) {
    std::string folder;
    {
      const std::lock_guard lock(mutex);
      const auto found = folders.find(finished.id);
      if (found == folders.end()) return;
      folder = found->second;
      folders.erase(found);
    }
    try {
      write_reports(finished.record, folder);
    } catch (const Error& error) {
      put(RunLog{finished.id, {"warning", {}, error.info().text()}});
    }
  }

  std::mutex mutex;
  EngineBridge* bridge;                        // nullptr once it goes
  std::deque<EngineEvent> events;
  bool woken = false;                          // a delivery is on its way
  std::map<std::string, std::string> folders;  // of runs under way
};

EngineBridge::EngineBridge(QObject* parent) : QObject(parent), inbox_(std::make_shared<Inbox>(this)) {
  throttle_.setSingleShot(true);
  throttle_.setTimerType(Qt::PreciseTimer);
  connect(&throttle_, &QTimer::timeout, this, &EngineBridge::deliver);
}

EngineBridge::~EngineBridge() {
  {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->bridge = nullptr;
  }
  if (loader_.joinable()) loader_.join();
  service_.reset();   // after this nobody calls the listener
}

EngineListener EngineBridge::listener() const {
  return [inbox = inbox_](const EngineEvent& event) { inbox->push(event); };
}

// ---- loading ------------------------------------------------------------------------------------------------

void EngineBridge::start() {
  if (state_ != State::off) return;
  state_ = State::loading;
  Q_EMIT state_changed();
  // The destructor waits for this thread, so `this` outlives it; what it posts to a bridge that goes is dropped.
  loader_ = std::thread([this, listener = listener()] {
    auto loaded = load_engine(engine_candidates());
    if (const auto* failure = std::get_if<LoadFailure>(&loaded)) {
      QMetaObject::invokeMethod(this, [this, failed = *failure] { fail(load_error(failed)); }, Qt::QueuedConnection);
      return;
    }
    std::shared_ptr<EngineService> service(std::get<StartEngine>(loaded)(listener));
    QMetaObject::invokeMethod(this, [this, service] { started(service); }, Qt::QueuedConnection);
  });
}

void EngineBridge::start_with(StartEngine start) {
  if (state_ != State::off) return;
  state_ = State::loading;
  Q_EMIT state_changed();
  started(std::shared_ptr<EngineService>(start(listener())));
}

void EngineBridge::started(std::shared_ptr<EngineService> service) {
  service_ = std::move(service);
  become_ready();
}

// The engine says that it is ready on its own thread, perhaps before its starter has returned.
void EngineBridge::become_ready() {
  if (!service_ || !ready_ || state_ == State::ready) return;
  state_ = State::ready;
  for (const EngineRequest& request : std::exchange(waiting_, {})) pass_on(request);
  Q_EMIT state_changed();
}

void EngineBridge::fail(const ErrorInfo& error) {
  state_ = State::unavailable;
  error_ = error;
  for (const EngineRequest& request : std::exchange(waiting_, {})) send(request);
  Q_EMIT state_changed();
}

// ---- messages -----------------------------------------------------------------------------------------------

std::string EngineBridge::new_id(const std::string& kind) {
  static std::atomic<std::uint64_t> last{0};
  return kind + "-" + std::to_string(++last);
}

void EngineBridge::send(const EngineRequest& request) {
  if (state_ == State::ready) return pass_on(request);
  if (state_ != State::unavailable) {
    waiting_.push_back(request);
    return;
  }
  if (const std::string id = id_of(request); !id.empty()) inbox_->put(RequestFailed{id, *error_});
}

void EngineBridge::pass_on(const EngineRequest& request) {
  if (const auto* run = std::get_if<RunRequest>(&request)) inbox_->remember_folder(*run);
  service_->send(request);
}

void EngineBridge::deliver() {
  const qint64 early = since_delivery_.isValid() ? delivery_interval_ms - since_delivery_.elapsed() : 0;
  if (early > 0) {
    throttle_.start(static_cast<int>(early));
    return;
  }
  std::deque<EngineEvent> events;
  {
    const std::lock_guard lock(inbox_->mutex);
    events.swap(inbox_->events);
    inbox_->woken = false;
  }
  since_delivery_.start();
  while (!events.empty() && since_delivery_.elapsed() < longest_delivery_ms) {
    const EngineEvent one = std::move(events.front());
    events.pop_front();
    deliver_one(one);
  }
  if (events.empty()) return;
  const std::lock_guard lock(inbox_->mutex);
  inbox_->events.insert(inbox_->events.begin(), std::make_move_iterator(events.begin()),
                        std::make_move_iterator(events.end()));
  inbox_->wake();
}

void EngineBridge::deliver_one(const EngineEvent& one) {
  if (const auto* ready = std::get_if<EngineReady>(&one)) {
    ready_ = *ready;
    become_ready();
  }
  // Without a request it is the start itself that failed.
  const auto* failed = std::get_if<RequestFailed>(&one);
  if (failed && failed->id.empty() && state_ == State::loading) fail(failed->error);
  Q_EMIT event(one);
}

}  // namespace kelter::ui
