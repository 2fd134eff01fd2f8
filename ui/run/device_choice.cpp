// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/device_choice.h"

#include <QAbstractItemView>
#include <QSettings>
#include <QStandardItemModel>
#include <algorithm>

#include "ui/inspector/quantity_text.h"
#include "ui/run/run_text.h"

namespace kelter::ui {
namespace {

constexpr const char* key = "compute/device";
constexpr const char* processor = "cpu";
constexpr const char* automatic = "auto";
constexpr int closed_width = 11;   // characters: a compact field, its list is as wide as it must be

}  // namespace

DeviceChoice::DeviceChoice(Workbench& bench, QWidget* parent) : QComboBox(parent), bench_(bench) {
  setObjectName("device");
  setAccessibleName(tr("Device to compute on"));
  setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(closed_width);
  EngineSettings settings = bench.settings;
  settings.device = QSettings().value(key, processor).toString().toStdString();
  bench.set_settings(settings);
  fill();
  connect(this, &QComboBox::activated, this, &DeviceChoice::choose);
  connect(&bench, &Workbench::settings_changed, this, &DeviceChoice::show_settings);
  connect(&bench.engine, &EngineBridge::state_changed, this, [this] {
    fill();
    if (bench_.engine.ready_info()) take_remembered();
  });
  if (bench.engine.ready_info()) take_remembered();
}

void DeviceChoice::add(const QString& device, const QString& text, const QString& explanation, bool usable) {
  addItem(text, device);
  setItemData(count() - 1, explanation, Qt::ToolTipRole);
  setItemData(count() - 1, explanation, Qt::AccessibleDescriptionRole);
  if (!usable) static_cast<QStandardItemModel*>(model())->item(count() - 1)->setEnabled(false);
}

void DeviceChoice::add_gpu(const ComputeDevice& gpu) {
  QString text = gpu.name.empty() ? tr("NVIDIA GPU") : QString::fromStdString(gpu.name);
  if (gpu.memory_bytes > 0) text += " · " + bytes_text(gpu.memory_bytes);
  if (gpu.problem) text = tr("%1 (cannot be used)").arg(text);
  add(QString::fromStdString(gpu.id), text, gpu.problem ? error_lines(*gpu.problem) : QString::fromStdString(gpu.device_class), !gpu.problem);
}

// Before the engine has told of its GPUs there are the two that exist everywhere.
void DeviceChoice::fill() {
  clear();
  const auto& ready = bench_.engine.ready_info();
  add(processor, tr("Processor"), ready ? QString::fromStdString(ready->device_class) : QString(), true);
  add(automatic, tr("Automatic"), tr("The first GPU that can be used, else the processor"), true);
  if (ready) {
    for (const ComputeDevice& device : ready->devices) {
      if (device.id != processor) add_gpu(device);
    }
  }
  const QFontMetrics metrics(font());
  int widest = 0;
  for (int row = 0; row < count(); ++row) widest = std::max(widest, metrics.horizontalAdvance(itemText(row)));
  view()->setMinimumWidth(widest + 40);
  show_settings();
}

void DeviceChoice::take_remembered() {
  const ComputeDevice* device = bench_.device();
  if (device && !device->problem) return;
  const QString wanted = QString::fromStdString(bench_.settings.device);
  const ErrorInfo why = device ? *device->problem
                               : ErrorInfo{ErrorCode::unsupported, "", "", tr("this machine has no such device").toStdString(), ""};
  EngineSettings settings = bench_.settings;
  settings.device = processor;
  bench_.set_settings(settings);
  bench_.report({ErrorCode::unsupported, tr("The chosen device cannot be used; the processor takes its place").toStdString(),
                 tr("device %1").arg(wanted).toStdString(), why.why, tr("Choose another device in the run panel.").toStdString()});
}

void DeviceChoice::choose(int row) {
  EngineSettings settings = bench_.settings;
  settings.device = itemData(row).toString().toStdString();
  QSettings().setValue(key, QString::fromStdString(settings.device));
  bench_.set_settings(settings);
}

void DeviceChoice::show_settings() {
  setCurrentIndex(findData(QString::fromStdString(bench_.settings.device)));
  const ComputeDevice* device = bench_.device();
  setToolTip(device && !device->device_class.empty() ? tr("Computes on %1").arg(QString::fromStdString(device->device_class))
                                                     : tr("What runs are computed on"));
}

}  // namespace kelter::ui
