// SPDX-License-Identifier: GPL-3.0-or-later
// kelter_screenshots RUN_FOLDER OUT_FOLDER: pictures of the window in its main states, at 1280x800 and 1920x1080, light
// and dark. RUN_FOLDER is a finished run of the demo. Runs offscreen; started by scripts/screenshots.
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QPixmap>
#include <QSettings>
#include <QTemporaryDir>
#include <cstdio>
#include <functional>

#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

using namespace kelter::ui;

namespace {

bool wait_until(const std::function<bool()>& done, int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  while (!done() && timer.elapsed() < milliseconds) QApplication::processEvents(QEventLoop::AllEvents, 20);
  return done();
}

void settle() {
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < 400) QApplication::processEvents(QEventLoop::AllEvents, 20);
}

struct Shot {
  QSize size;
  bool dark;
  QString suffix() const { return QString("-%1x%2-%3.png").arg(size.width()).arg(size.height()).arg(dark ? "dark" : "light"); }
};

void take(MainWindow& window, const QString& out, const QString& name, const Shot& shot) {
  settle();
  window.grab().save(QDir(out).filePath(name + shot.suffix()));
}

bool shoot(EngineBridge& bridge, const QString& run_folder, const QString& out, const Shot& shot) {
  theme().set_mode(shot.dark ? Theme::Mode::dark : Theme::Mode::light);
  QSettings().clear();
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  take(window, out, "start", shot);
  window.open_run_folder(run_folder);
  if (!wait_until([&] { return !window.bench().runs.record().nodes.empty(); }, 30000)) return false;
  window.resize(shot.size);
  window.show_page(MainWindow::Page::canvas);
  window.bench().selection.set({"rtn-g64"});
  take(window, out, "canvas", shot);
  window.show_page(MainWindow::Page::results);
  take(window, out, "results", shot);
  window.show_page(MainWindow::Page::chat);
  take(window, out, "try-it", shot);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  QTemporaryDir home;
  qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
  QApplication application(argc, argv);
  if (argc != 3) {
    std::fprintf(stderr, "usage: kelter_screenshots RUN_FOLDER OUT_FOLDER\n");
    return 2;
  }
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("Kelter");
  QDir().mkpath(argv[2]);
  EngineBridge bridge;
  bridge.start();
  for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
    for (const bool dark : {false, true}) {
      if (!shoot(bridge, argv[1], argv[2], {size, dark})) {
        std::fprintf(stderr, "The run folder was not opened.\n");
        return 1;
      }
    }
  }
  return 0;
}
