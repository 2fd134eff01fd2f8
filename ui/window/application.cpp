// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/application.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTimer>
#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "core/base/error.h"
#include "core/base/version.h"
#include "ui/theme/theme.h"
#include "ui/window/language.h"
#include "ui/window/main_window.h"

namespace kelter::ui {
namespace {

void restore_appearance() {
  const QSettings settings;
  theme().set_large_type(settings.value("appearance/large_type", false).toBool());
  theme().set_mode(static_cast<Theme::Mode>(settings.value("appearance/mode", 0).toInt()));
}

// Windows live until they are closed; the bridge outlives them all.
class Windows : public QObject {
 public:
  MainWindow& open() {
    auto* window = new MainWindow(bridge_);
    connect(window, &MainWindow::new_window_requested, this, [this] { open().show(); });
    connect(window, &MainWindow::closed, this, [this, window] { forget(window); });
    windows_.emplace_back(window);
    return *window;
  }
  EngineBridge& bridge() { return bridge_; }

 private:
  void forget(MainWindow* window) {
    const auto found = std::find_if(windows_.begin(), windows_.end(), [&](const auto& one) { return one.get() == window; });
    if (found == windows_.end()) return;
    found->release()->deleteLater();   // it is in the middle of its closeEvent
    windows_.erase(found);
  }

  EngineBridge bridge_;
  std::vector<std::unique_ptr<MainWindow>> windows_;
};

// Help and version are said on a machine without a display, too: before Qt looks for one, and ends the program if there is none.
std::unique_ptr<QCoreApplication> make_application(int& argc, char** argv) {
  const auto asked = [&](std::initializer_list<const char*> options) {
    return std::any_of(argv + 1, argv + argc, [&](const char* given) {
      return std::any_of(options.begin(), options.end(), [&](const char* option) { return std::strcmp(given, option) == 0; });
    });
  };
  if (asked({"-h", "--help", "--help-all", "-v", "--version"})) return std::make_unique<QCoreApplication>(argc, argv);
  const auto set = [](const char* name) { return !qEnvironmentVariableIsEmpty(name); };
  if (!set("DISPLAY") && !set("WAYLAND_DISPLAY") && !set("QT_QPA_PLATFORM") && !asked({"-platform", "--platform"})) return nullptr;
  return std::make_unique<QApplication>(argc, argv);
}

}  // namespace

int run_window(int argc, char** argv) {
  const std::unique_ptr<QCoreApplication> application = make_application(argc, argv);
  if (!application) {
    std::fputs("kelter: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). Start it in a desktop session, or use kelter-cli.\n", stderr);
    return 1;
  }
  std::setlocale(LC_NUMERIC, "C");  // of files; what is shown follows the person's language
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("Kelter");
  QApplication::setApplicationVersion(QString::fromLatin1(version));
  QCommandLineParser parser;
  parser.setApplicationDescription(
      "The Kelter workbench. PATH is a .kelter document, a model (GGUF file, Hugging Face or Kelter folder) or a run folder.");
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("path", "What to open.", "[PATH]");
  const QCommandLineOption demo("demo", "Open the demo: eight ways through one small model.");
  parser.addOption(demo);
  parser.process(*application);
  use_language();
  restore_appearance();
  try {
    Windows windows;
    MainWindow& window = windows.open();
    window.show();
    QTimer::singleShot(0, &window, [&] {
      windows.bridge().start();
      if (parser.isSet(demo)) window.open_demo();
      if (!parser.positionalArguments().isEmpty()) window.open_path(parser.positionalArguments().first());
    });
    return QApplication::exec();
  } catch (const Error& error) {
    std::fprintf(stderr, "kelter: %s\n", error.info().text().c_str());
    return 1;
  }
}

}  // namespace kelter::ui
