// SPDX-License-Identifier: GPL-3.0-or-later
// What runs, plans and Try it compute on: the processor, the best there is, or one GPU. A GPU that cannot be used is listed
// with its reason and cannot be chosen. Remembered on this machine, never in the document; a remembered GPU that is gone
// is told once, and the processor takes its place until it is back. The workbench outlives it. Window thread.
#pragma once

#include <QComboBox>

#include "ui/models/workbench.h"

namespace kelter::ui {

class DeviceChoice : public QComboBox {
  Q_OBJECT
 public:
  explicit DeviceChoice(Workbench& bench, QWidget* parent = nullptr);

 private:
  void fill();
  void add(const QString& device, const QString& text, const QString& explanation, bool usable);
  void add_gpu(const ComputeDevice& gpu);
  void take_remembered();
  void choose(int row);
  void show_settings();

  Workbench& bench_;
};

}  // namespace kelter::ui
