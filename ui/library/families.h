// SPDX-License-Identifier: GPL-3.0-or-later
// Families of steps as the window names and orders them, and the dot of a family's colour. Window thread.
#pragma once

#include <QString>
#include <QWidget>
#include <string>
#include <vector>

#include "core/describe/step_descriptor.h"

namespace kelter::ui {

// "Pruning"; the id with a capital letter for a family of a stranger's plugin.
QString family_title(const std::string& family);

// The families of these steps, sources left out, in the order of the library; unknown ones stand last.
std::vector<std::string> families_of(const std::vector<StepDescriptor>& steps);

// A filled circle in a family's colour.
class FamilyDot : public QWidget {
  Q_OBJECT
 public:
  explicit FamilyDot(QWidget* parent = nullptr);
  void set_family(const std::string& family);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::string family_;
};

}  // namespace kelter::ui
