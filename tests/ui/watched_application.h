// SPDX-License-Identifier: GPL-3.0-or-later
// An application that adds up the CPU time of every event handler of the window's thread.
#pragma once

#include <time.h>

#include <QApplication>
#include <QEvent>

namespace kelter::test {

inline double thread_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

// Remembers the event whose handling took the most CPU time while it watches.
class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    if (!watching_ || depth_ > 0) return QApplication::notify(receiver, event);
    const QObject* owner = receiver->parent() ? receiver->parent() : receiver;
    const QString what = QString("%1 %2 of %3, event %4").arg(receiver->metaObject()->className(), receiver->objectName(),
                                                              owner->metaObject()->className()).arg(event->type());
    ++depth_;
    const double start = thread_cpu_ms();
    const bool handled = QApplication::notify(receiver, event);
    --depth_;
    ++events_;
    if (const double spent = thread_cpu_ms() - start; spent > worst_ms_) {
      worst_ms_ = spent;
      worst_ = what;
    }
    return handled;
  }
  void watch() {
    watching_ = true;
    worst_ms_ = 0;
    events_ = 0;
  }
  void stop_watching() { watching_ = false; }
  double worst_ms() const { return worst_ms_; }
  QString worst() const { return worst_; }
  int events() const { return events_; }

 private:
  bool watching_ = false;
  int depth_ = 0, events_ = 0;
  double worst_ms_ = 0;
  QString worst_;
};

}  // namespace kelter::test
