// SPDX-License-Identifier: GPL-3.0-or-later
// kelter_screenshots RUN_FOLDER CHAIN_FOLDER OUT_FOLDER: pictures of the window in its main states, at 1280x800 and
// 1920x1080, light and dark. RUN_FOLDER is a finished run of the demo, CHAIN_FOLDER one of the template in
// which Wanda goes before GPTQ and behind it. Runs offscreen; started by scripts/screenshots. --language and --large-type
// show what other readers see, --more states that are passed through, --layers the dock of layers alone.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QPixmap>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <clocale>
#include <cstdio>
#include <functional>

#include "core/base/error.h"
#include "core/describe/plugin_folders.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/chat/chat_panel.h"
#include "ui/layers/layer_map.h"
#include "ui/layers/layers_panel.h"
#include "ui/tensors/statistics_view.h"
#include "ui/tensors/tensor_tree.h"
#include "ui/tensors/tensors_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"
#include "ui/window/language.h"
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
  const QPixmap picture = window.grab();
  if (picture.size() != shot.size) qFatal("%s is %d x %d: the window does not fit", qPrintable(name + shot.suffix()), picture.width(), picture.height());
  picture.save(QDir(out).filePath(name + shot.suffix()));
}

// Documents that somebody saved, for the list on the start page.
void save_documents(EngineBridge& bridge, const QDir& folder) {
  MainWindow window(bridge);
  window.open_template(QDir(QString::fromStdString((kelter::resource_folder() / "templates").string())).entryInfoList({"*.kelter"}).last().filePath());
  window.files().save(folder.filePath("grids.kelter"));
  window.open_document(folder.filePath("grids.kelter"));
  window.open_demo();
  window.files().save(folder.filePath("eight-ways.kelter"));
  window.open_document(folder.filePath("eight-ways.kelter"));
}

bool write_texts(MainWindow& window) {
  auto* chat = window.findChild<ChatPanel*>();
  auto* write = chat->findChild<QPushButton*>("write");
  if (!wait_until([&] { return write->isEnabled(); }, 60000)) return false;
  write->click();
  return wait_until([&] { return !chat->busy(); }, 120000);
}

bool has_numbers(const StatisticsView& statistics) {
  return wait_until([&] { return !statistics.value(QCoreApplication::translate("kelter::ui::StatisticsView", "Mean")).isEmpty(); }, 30000);
}

bool show_numbers(TensorsPanel& tensors) {
  if (!wait_until([&] { return !tensors.tree().list().tensors.empty(); }, 30000)) return false;
  const QModelIndex layer = tensors.tree().model()->index(1, 0);
  tensors.tree().expandRecursively(layer);
  tensors.tree().select("model.layers.0.mlp.up_proj.weight");
  return has_numbers(tensors.statistics());
}

LayersPanel& show_layers(MainWindow& window) {
  auto* dock = window.findChild<QDockWidget*>("layers");
  dock->show();
  dock->raise();
  return *window.findChild<LayersPanel*>();
}

bool shoot_layers(EngineBridge& bridge, const QString& chain, const QString& out, const Shot& shot) {
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  window.open_run_folder(chain);
  if (!wait_until([&] { return !window.bench().runs.record().nodes.empty(); }, 30000)) return false;
  window.show_page(MainWindow::Page::canvas);
  LayersPanel& layers = show_layers(window);
  window.bench().selection.set({"gptq_second"});
  layers.map().setCurrentIndex(layers.map().cells().index_of(1, "mlp.down_proj"));
  if (!has_numbers(layers.statistics())) return false;
  take(window, out, "layers", shot);
  return true;
}

// What a person meets on the way: an empty canvas, the list of commands, an error, pages without anything.
void shoot_more(EngineBridge& bridge, const QString& out, const Shot& shot) {
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  window.new_document();
  take(window, out, "empty", shot);
  auto* palette = window.findChild<CommandPalette*>();
  palette->open();
  take(window, out, "palette", shot);
  palette->close();
  window.canvas().add_step("quant.rtn");
  window.canvas().view().show_hint("…");
  window.bench().report({kelter::ErrorCode::disk_full, "The disk is full", "node rtn, quant.rtn, layer 3",
                         "there are 3 bytes left", "Free some space, then press Resume."});
  take(window, out, "error", shot);
  window.show_page(MainWindow::Page::chat);
  take(window, out, "try-it-empty", shot);
  window.show_page(MainWindow::Page::results);
  take(window, out, "results-empty", shot);
}

// A step that reads a text, with half of its layers recorded, and cancelled.
void shoot_filling(EngineBridge& bridge, const QString& out, const Shot& shot) {
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  window.open_template(QString::fromStdString((kelter::resource_folder() / "templates" / "9-prune-and-quantize.kelter").string()));
  LayersPanel& layers = show_layers(window);
  window.bench().run();
  wait_until([&] { return layers.map().cells().rowCount() > 12 && layers.map().cells().records().recorded_layers() >= 12; }, 120000);
  take(window, out, "layers-running", shot);
  window.bench().cancel();
  wait_until([&] { return !window.bench().runs.running(); }, 30000);
  take(window, out, "layers-cancelled", shot);
}

// The demo under way, and cancelled.
void shoot_run(EngineBridge& bridge, const QString& out, const Shot& shot) {
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  window.open_demo();
  window.bench().run();
  wait_until([&] { return window.bench().runs.progress() && window.bench().runs.progress()->stage_index > 2; }, 60000);
  take(window, out, "run", shot);
  window.bench().cancel();
  wait_until([&] { return !window.bench().runs.running(); }, 30000);
  take(window, out, "cancelled", shot);
}

bool shoot(EngineBridge& bridge, const QString& run_folder, const QString& out, const Shot& shot) {
  MainWindow window(bridge);
  window.resize(shot.size);
  window.show();
  take(window, out, "start", shot);
  window.open_run_folder(run_folder);
  if (!wait_until([&] { return !window.bench().runs.record().nodes.empty(); }, 30000)) return false;
  window.show_page(MainWindow::Page::canvas);
  window.bench().selection.set({"rtn-g64"});
  take(window, out, "canvas", shot);
  window.show_page(MainWindow::Page::results);
  take(window, out, "results", shot);
  window.show_page(MainWindow::Page::chat);
  if (!write_texts(window)) return false;
  take(window, out, "try-it", shot);
  window.show_tensors("rtn-g64");
  if (!show_numbers(window.tensors())) return false;
  take(window, out, "tensors", shot);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  QTemporaryDir home;
  qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
  QApplication application(argc, argv);
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("Kelter");
  QCommandLineParser parser;
  parser.addPositionalArgument("run", "A finished run of the demo.", "RUN_FOLDER");
  parser.addPositionalArgument("chain", "A finished run of the template with both orders of Wanda and GPTQ.", "CHAIN_FOLDER");
  parser.addPositionalArgument("out", "Where the pictures go.", "OUT_FOLDER");
  const QCommandLineOption language("language", "en, de or fr.", "code", "en");
  const QCommandLineOption large("large-type", "With large type."), more("more", "More states, too."),
      dock("layers", "Only the dock of layers.");
  parser.addOptions({language, large, more, dock});
  parser.addHelpOption();
  parser.process(application);
  if (parser.positionalArguments().size() != 3) parser.showHelp(2);
  const QString run = parser.positionalArguments()[0], chain = parser.positionalArguments()[1], out = parser.positionalArguments()[2];
  use_language(parser.value(language));
  theme().set_large_type(parser.isSet(large));
  QDir().mkpath(out);
  EngineBridge bridge;
  bridge.start();
  save_documents(bridge, QDir(home.path()));
  for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
    for (const bool dark : {false, true}) {
      const Shot shot{size, dark};
      theme().set_mode(dark ? Theme::Mode::dark : Theme::Mode::light);
      if ((!parser.isSet(dock) && !shoot(bridge, run, out, shot)) || !shoot_layers(bridge, chain, out, shot)) {
        std::fprintf(stderr, "A run folder was not opened, or its models were not read.\n");
        return 1;
      }
      if (!parser.isSet(more) || size.width() > 1280) continue;
      shoot_filling(bridge, out, shot);
      if (parser.isSet(dock)) continue;
      shoot_more(bridge, out, shot);
      shoot_run(bridge, out, shot);
    }
  }
  return 0;
}
