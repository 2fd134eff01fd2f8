// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/families.h"

#include <algorithm>
#include <QCoreApplication>
#include <QPainter>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

struct Families {
  Q_DECLARE_TR_FUNCTIONS(Families)
};

struct Known {
  const char* id;
  const char* title;
};

// In the order of the library.
constexpr Known known[] = {
    {"pruning", QT_TRANSLATE_NOOP("Families", "Pruning")},
    {"quantization", QT_TRANSLATE_NOOP("Families", "Quantization")},
    {"lowrank", QT_TRANSLATE_NOOP("Families", "Low rank")},
    {"recovery", QT_TRANSLATE_NOOP("Families", "Repair")},
    {"train", QT_TRANSLATE_NOOP("Families", "Training")},
    {"search", QT_TRANSLATE_NOOP("Families", "Search")},
    {"sparse", QT_TRANSLATE_NOOP("Families", "Sparse running")},
    {"merge", QT_TRANSLATE_NOOP("Families", "Merge")},
    {"formats", QT_TRANSLATE_NOOP("Families", "Formats")},
    {"export", QT_TRANSLATE_NOOP("Families", "Export")},
    {"measure", QT_TRANSLATE_NOOP("Families", "Measure")},
};

std::size_t rank(const std::string& family) {
  const auto found = std::find_if(std::begin(known), std::end(known), [&](const Known& k) { return family == k.id; });
  return static_cast<std::size_t>(found - std::begin(known));
}

}  // namespace

QString family_title(const std::string& family) {
  if (family == "source") return Families::tr("Sources");
  const std::size_t at = rank(family);
  if (at < std::size(known)) return Families::tr(known[at].title);
  QString title = QString::fromStdString(family);
  if (!title.isEmpty()) title[0] = title[0].toUpper();
  return title;
}

std::vector<std::string> families_of(const std::vector<StepDescriptor>& steps) {
  std::vector<std::string> families;
  for (const StepDescriptor& step : steps) {
    const bool there = std::find(families.begin(), families.end(), step.family) != families.end();
    if (!there && !step.is_source()) families.push_back(step.family);
  }
  std::stable_sort(families.begin(), families.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  return families;
}

FamilyDot::FamilyDot(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void FamilyDot::set_family(const std::string& family) {
  family_ = family;
  setToolTip(family_title(family));
  update();
}

QSize FamilyDot::sizeHint() const {
  const int side = static_cast<int>(theme().px(10));
  return {side, side};
}

void FamilyDot::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().family(family_));
  painter.drawEllipse(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

}  // namespace kelter::ui
