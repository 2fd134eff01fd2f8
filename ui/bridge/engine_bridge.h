// SPDX-License-Identifier: GPL-3.0-or-later
// Finds libkelter-engine at run time, starts it on its own thread, and carries messages between it and the window.
// Progress and node updates reach the window at most 20 times a second, the last of each kind always. A missing
// libtorch or plugin leaves the window usable: state() is `unavailable` and error() says why and what to do.
// A finished run gets its reports (report.md, results.*) before RunFinished arrives, even while windows close.
// Window thread, but for what it says about itself.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <thread>

#include "core/describe/engine.h"
#include "ui/bridge/engine_library.h"

namespace kelter::ui {

class EngineBridge : public QObject {
  Q_OBJECT
 public:
  enum class State { off, loading, ready, unavailable };

  explicit EngineBridge(QObject* parent = nullptr);
  ~EngineBridge() override;  // cancels what runs and waits for the engine

  // Loads the engine in the background; state() changes to ready or unavailable. Does nothing the second time.
  void start();
  // For tests: an engine inside this program.
  void start_with(StartEngine start);

  State state() const { return state_; }
  const std::optional<ErrorInfo>& error() const { return error_; }
  const std::optional<EngineReady>& ready_info() const { return ready_; }

  // Sends now or, while the engine is loading, when it is ready. Without an engine the answer is RequestFailed.
  void send(const EngineRequest& request);
  // An id no other request of this process has ("plan-7").
  static std::string new_id(const std::string& kind);

 Q_SIGNALS:
  void state_changed();
  void event(const kelter::EngineEvent& event);

 private:
  struct Inbox;  // shared with the engine's threads
  EngineListener listener() const;
  void started(std::shared_ptr<EngineService> service);
  void deliver();
  void deliver_one(const EngineEvent& one);
  void become_ready();
  void fail(const ErrorInfo& error);
  void pass_on(const EngineRequest& request);

  State state_ = State::off;
  std::optional<ErrorInfo> error_;
  std::optional<EngineReady> ready_;
  std::vector<EngineRequest> waiting_;
  std::shared_ptr<Inbox> inbox_;
  std::thread loader_;
  QTimer throttle_;
  QElapsedTimer since_delivery_;
  std::shared_ptr<EngineService> service_;
};

}  // namespace kelter::ui

Q_DECLARE_METATYPE(kelter::EngineEvent)
