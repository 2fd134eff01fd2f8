// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_settings.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace kelter::ui {
namespace {

constexpr const char* settings_group = "figure-export";
constexpr const char* folder_key = "figure-export/folder";

}  // namespace

FigureOutput remembered_output() {
  QSettings settings;
  settings.beginGroup(settings_group);
  FigureOutput output;
  output.format = static_cast<FigureFormat>(settings.value("format", static_cast<int>(output.format)).toInt());
  output.look = static_cast<Look>(settings.value("look", static_cast<int>(output.look)).toInt());
  output.width_mm = settings.value("width", output.width_mm).toDouble();
  output.height_mm = settings.value("height", output.height_mm).toDouble();
  output.dpi = settings.value("dpi", output.dpi).toInt();
  output.font = settings.value("font").toString();
  output.points = settings.value("points", output.points).toDouble();
  output.decimal_comma = settings.value("decimal-comma", false).toBool();
  output.greyscale = settings.value("greyscale", false).toBool();
  output.heading = settings.value("heading", false).toBool();
  output.embed_font = settings.value("embed-font", true).toBool();
  const bool known_format = output.format >= FigureFormat::pdf && output.format <= FigureFormat::csv;
  if (!known_format) output.format = FigureFormat::pdf;
  if (output.look != Look::screen) output.look = Look::thesis;
  return output;
}

void remember_output(const FigureOutput& output) {
  QSettings settings;
  settings.beginGroup(settings_group);
  settings.setValue("format", static_cast<int>(output.format));
  settings.setValue("look", static_cast<int>(output.look));
  settings.setValue("width", output.width_mm);
  settings.setValue("height", output.height_mm);
  settings.setValue("dpi", output.dpi);
  settings.setValue("font", output.font);
  settings.setValue("points", output.points);
  settings.setValue("decimal-comma", output.decimal_comma);
  settings.setValue("greyscale", output.greyscale);
  settings.setValue("heading", output.heading);
  settings.setValue("embed-font", output.embed_font);
}

QString remembered_folder() {
  QString folder = QSettings().value(folder_key).toString();
  if (folder.isEmpty()) folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  return folder.isEmpty() ? QDir::homePath() : folder;
}

void remember_folder(const QString& folder) {
  if (QFileInfo(folder).isDir()) QSettings().setValue(folder_key, folder);
}

}  // namespace kelter::ui
