// SPDX-License-Identifier: GPL-3.0-or-later
// A panel of the window on its own, shown, with a document and an engine that says what the test tells it to say.
#pragma once

#include <QtTest>

#include "core/describe/plugin_folders.h"
#include "tests/ui/fake_engine.h"
#include "ui/models/workbench.h"

namespace kelter::test {

template <typename Panel>
struct ShownPanel {
  ShownPanel(const Document& document, const QSize& size) {
    bridge.start_with(FakeEngine::start);
    bench.document.replace(document, {});
    panel.resize(size);
    panel.show();
  }
  bool ready() {
    return QTest::qWaitForWindowExposed(&panel) && QTest::qWaitFor([this] { return bridge.state() == ui::EngineBridge::State::ready; });
  }
  FakeEngine& engine() { return FakeEngine::last(); }

  ui::EngineBridge bridge;
  ui::Workbench bench{load_catalogue(), bridge};
  Panel panel{bench};
};

}  // namespace kelter::test
