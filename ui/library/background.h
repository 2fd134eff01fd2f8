// SPDX-License-Identifier: GPL-3.0-or-later
// Work that must not hold up the window (looking at files), done on a thread of the pool; the answer comes back to the
// window's thread, unless `context` has gone by then. `work` must not throw.
#pragma once

#include <memory>
#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QThreadPool>
#include <type_traits>

namespace kelter::ui {

template <typename Work, typename Done>
void in_background(QObject* context, Work work, Done done) {
  using Result = std::invoke_result_t<Work>;
  auto promise = std::make_shared<QPromise<Result>>();
  promise->future().then(context, [done](const Result& result) { done(result); });
  promise->start();
  QThreadPool::globalInstance()->start([promise, work] {
    promise->addResult(work());
    promise->finish();
  });
}

}  // namespace kelter::ui
