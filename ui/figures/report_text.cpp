// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/report_text.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <array>

#include "core/report/read_json.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

// What core/report says, for lupdate; a test compares the list with what is asked for.
constexpr const char* phrases[] = {
    // quantities
    QT_TRANSLATE_NOOP("Report", "Accuracy"), QT_TRANSLATE_NOOP("Report", "Perplexity"),
    QT_TRANSLATE_NOOP("Report", "Word perplexity"), QT_TRANSLATE_NOOP("Report", "Byte perplexity"),
    QT_TRANSLATE_NOOP("Report", "Bits per byte"), QT_TRANSLATE_NOOP("Report", "KL divergence"),
    QT_TRANSLATE_NOOP("Report", "Same top token"), QT_TRANSLATE_NOOP("Report", "Memory"),
    QT_TRANSLATE_NOOP("Report", "GPU memory"), QT_TRANSLATE_NOOP("Report", "Throughput"),
    QT_TRANSLATE_NOOP("Report", "decode"), QT_TRANSLATE_NOOP("Report", "prefill"), QT_TRANSLATE_NOOP("Report", "Time to first token"),
    QT_TRANSLATE_NOOP("Report", "Decode"), QT_TRANSLATE_NOOP("Report", "Prefill"), QT_TRANSLATE_NOOP("Report", "Peak"),
    QT_TRANSLATE_NOOP("Report", "Peak on the GPU"), QT_TRANSLATE_NOOP("Report", "peak"),
    QT_TRANSLATE_NOOP("Report", "peak minus idle"), QT_TRANSLATE_NOOP("Report", "mean of %1 tasks"),
    QT_TRANSLATE_NOOP("Report", "tokens/s"), QT_TRANSLATE_NOOP("Report", "ms"),
    // axes
    QT_TRANSLATE_NOOP("Report", "higher is better"), QT_TRANSLATE_NOOP("Report", "lower is better"),
    QT_TRANSLATE_NOOP("Report", "logarithmic axis"), QT_TRANSLATE_NOOP("Report", "log axis, bars from %1"),
    // why there is no value
    QT_TRANSLATE_NOOP("Report", "running"), QT_TRANSLATE_NOOP("Report", "waiting"), QT_TRANSLATE_NOOP("Report", "failed"),
    QT_TRANSLATE_NOOP("Report", "skipped"), QT_TRANSLATE_NOOP("Report", "cancelled"),
    QT_TRANSLATE_NOOP("Report", "not measured"), QT_TRANSLATE_NOOP("Report", "not available"),
    QT_TRANSLATE_NOOP("Report", "infinite"), QT_TRANSLATE_NOOP("Report", "-infinite"),
    QT_TRANSLATE_NOOP("Report", "not a number"), QT_TRANSLATE_NOOP("Report", "%1 tasks"),
    QT_TRANSLATE_NOOP("Report", "different protocol"),
    // labels of branches
    QT_TRANSLATE_NOOP("Report", "%1 bit"), QT_TRANSLATE_NOOP("Report", "whole rows"),
    QT_TRANSLATE_NOOP("Report", "layers %1"), QT_TRANSLATE_NOOP("Report", "\u2212%1 layer"),
    QT_TRANSLATE_NOOP("Report", "\u2212%1 layers"), QT_TRANSLATE_NOOP("Report", "Magnitude"),
    // facts and columns
    QT_TRANSLATE_NOOP("Report", "Against the file"), QT_TRANSLATE_NOOP("Report", "Against bf16"),
    QT_TRANSLATE_NOOP("Report", "Bytes on disk"), QT_TRANSLATE_NOOP("Report", "Bits per weight"),
    QT_TRANSLATE_NOOP("Report", "Protocol"), QT_TRANSLATE_NOOP("Report", "Node"), QT_TRANSLATE_NOOP("Report", "Badges"),
    QT_TRANSLATE_NOOP("Report", "Decode (tokens/s)"), QT_TRANSLATE_NOOP("Report", "Prefill (tokens/s)"),
    QT_TRANSLATE_NOOP("Report", "First token (ms)"), QT_TRANSLATE_NOOP("Report", "Peak memory"),
    QT_TRANSLATE_NOOP("Report", "Peak GPU memory"), QT_TRANSLATE_NOOP("Report", "Energy (J/token)"),
    QT_TRANSLATE_NOOP("Report", "Peak minus idle"), QT_TRANSLATE_NOOP("Report", "Change of %1"),
    // badges
    QT_TRANSLATE_NOOP("Report", "dense"), QT_TRANSLATE_NOOP("Report", "masked"), QT_TRANSLATE_NOOP("Report", "sparse"),
    QT_TRANSLATE_NOOP("Report", "packed"), QT_TRANSLATE_NOOP("Report", "narrower"),
    QT_TRANSLATE_NOOP("Report", "fewer-layers"), QT_TRANSLATE_NOOP("Report", "low-rank"),
    QT_TRANSLATE_NOOP("Report", "expanded"), QT_TRANSLATE_NOOP("Report", "adapter")};

QString translated(const QString& english) {
  return QCoreApplication::translate("Report", english.toUtf8().constData());
}

bool is_phrase(const QString& text) {
  return std::any_of(std::begin(phrases), std::end(phrases), [&](const char* one) { return text == QString::fromUtf8(one); });
}

// The longest phrase that `text` begins with, followed by a space: "Accuracy" of "Accuracy arc_easy (acc)".
QString leading_phrase(const QString& text) {
  QString longest;
  for (const char* one : phrases) {
    const QString phrase = QString::fromUtf8(one);
    if (phrase.size() > longest.size() && text.startsWith(phrase + ' ')) longest = phrase;
  }
  return longest;
}

QString number_text(const Json& protocol, const char* key) {
  const auto value = number_in(protocol, key);
  return value ? QLocale().toString(*value, 'g', 12) : QString();
}

class Summary {
  Q_DECLARE_TR_FUNCTIONS(Summary)

 public:
  static QStringList perplexity(const Json& protocol) {
    QStringList parts;
    const std::string name = text_in(protocol, "name");
    if (!name.empty()) parts << QString::fromStdString(name);
    if (number_in(protocol, "window")) parts << tr("window %1").arg(number_text(protocol, "window"));
    if (number_in(protocol, "stride")) parts << tr("stride %1").arg(number_text(protocol, "stride"));
    if (number_in(protocol, "windows")) parts << tr("%1 windows").arg(number_text(protocol, "windows"));
    return parts;
  }

  static QStringList accuracy(const Json& protocol) {
    return number_in(protocol, "shots") ? QStringList(tr("%1-shot").arg(number_text(protocol, "shots"))) : QStringList();
  }

  static QStringList tokens(const Json& protocol) {
    QStringList parts;
    const bool both = number_in(protocol, "prompt") && number_in(protocol, "output");
    if (both) {
      parts << tr("%1 + %2 tokens").arg(number_text(protocol, "prompt"), number_text(protocol, "output"));
    } else if (number_in(protocol, "prompt")) {
      parts << tr("%1 tokens").arg(number_text(protocol, "prompt"));
    }
    const auto batch = number_in(protocol, "batch");
    if (batch && *batch != 1) parts << tr("batch %1").arg(number_text(protocol, "batch"));
    return parts;
  }
};

}  // namespace

QString report_text(const std::string& english) {
  const QString text = QString::fromStdString(english);
  if (english.empty()) return text;
  const QString whole = translated(text);
  if (whole != text) return whole;
  const QString change = QStringLiteral("Change of ");
  if (text.startsWith(change)) return translated("Change of %1").arg(report_text(english.substr(change.size())));
  const QString phrase = leading_phrase(text);
  return phrase.isEmpty() ? text : translated(phrase) + text.mid(phrase.size());
}

QStringList report_head(const std::string& english) {
  static const QRegularExpression bracket(QStringLiteral("^(.*)\\(([^()]*)\\)$"));
  const QString title = report_text(english);
  const QString text = QString::fromStdString(english), change = QStringLiteral("Change of ");
  const bool of_change = text.startsWith(change);
  const QString subject = of_change ? text.mid(change.size()) : text;
  const QString phrase = is_phrase(subject) ? subject : leading_phrase(subject);
  const QString first = report_text(((of_change ? change : QString()) + phrase).toStdString());
  QStringList head = {title};
  if (!phrase.isEmpty() && title.startsWith(first + ' ')) head = {first, title.mid(first.size() + 1)};
  const QRegularExpressionMatch unit = bracket.match(head.last());
  if (!unit.hasMatch()) return head;
  const QString before = unit.captured(1).trimmed();
  head.removeLast();
  if (head.isEmpty()) return {before, unit.captured(2)};
  head << (before.isEmpty() ? unit.captured(2) : QStringLiteral("%1, %2").arg(before, unit.captured(2)));
  return head;
}

QString with_decimal_sign(const QString& text, const QLocale& locale) {
  if (locale.decimalPoint() == QLatin1String(".")) return text;
  static const QRegularExpression point("(?<=\\d)\\.(?=\\d)");
  return QString(text).replace(point, locale.decimalPoint());
}

ReportContext report_context(const Workbench& bench) {
  ReportContext context;
  context.catalogue = &bench.catalogue;
  context.document = &bench.document.document();
  context.translate = [](const std::string& english) {
    const QString text = QString::fromStdString(english);
    const QString own = translated(text);
    return (own == text ? step_text(english) : own).toStdString();
  };
  return context;
}

QString protocol_summary(const std::string& metric, const Json& protocol) {
  if (!protocol.is_object()) return {};
  QStringList parts = metric == "perplexity" ? Summary::perplexity(protocol)
                      : metric == "accuracy" ? Summary::accuracy(protocol)
                                             : Summary::tokens(protocol);
  return parts.join(", ");
}

}  // namespace kelter::ui
