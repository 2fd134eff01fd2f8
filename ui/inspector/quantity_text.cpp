// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/quantity_text.h"

#include <cmath>
#include <QCoreApplication>
#include <QLocale>

namespace kelter::ui {
namespace {

struct QuantityText {
  Q_DECLARE_TR_FUNCTIONS(QuantityText)
};

}  // namespace

QString bytes_text(std::uint64_t bytes) {
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

QString seconds_text(double seconds) {
  const QLocale locale;
  if (!std::isfinite(seconds) || seconds < 0) return QuantityText::tr("unknown");
  if (seconds < 0.9995) return QuantityText::tr("%1 ms").arg(locale.toString(std::lround(seconds * 1000)));
  if (seconds < 59.95) return QuantityText::tr("%1 s").arg(locale.toString(seconds, 'f', seconds < 9.95 ? 1 : 0));
  const long long whole = std::llround(seconds);
  if (whole < 3600) return QuantityText::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QChar('0'));
  return QuantityText::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QChar('0'));
}

QString fixed_text(double value, int places) { return QLocale().toString(value, 'f', places); }

}  // namespace kelter::ui
