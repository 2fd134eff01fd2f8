// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/value_text.h"

#include <algorithm>
#include <cmath>
#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

struct ValueText {
  Q_DECLARE_TR_FUNCTIONS(ValueText)
};

QString on_text() { return ValueText::tr("on"); }
QString off_text() { return ValueText::tr("off"); }

bool is_number(const ParameterSchema& schema) {
  return schema.type == ParameterType::integer || schema.type == ParameterType::number;
}

// A number in the locale's form, else in the form files have; the text itself if it is neither.
Json number_from_text(const ParameterSchema& schema, const QString& text) {
  QLocale here;
  here.setNumberOptions(QLocale::RejectGroupSeparator);
  for (const QLocale& locale : {here, QLocale::c()}) {
    bool whole = false, real = false;
    const qlonglong integer = locale.toLongLong(text, &whole);
    if (whole) return integer;
    const double number = locale.toDouble(text, &real);
    if (real && std::isfinite(number))
      return schema.type == ParameterType::number ? Json(number) : Json(text.toStdString());
  }
  return text.toStdString();
}

Json boolean_from_text(const QString& text) {
  const QString word = text.toLower();
  if (word == on_text().toLower() || word == "on" || word == "true" || word == "1") return true;
  if (word == off_text().toLower() || word == "off" || word == "false" || word == "0") return false;
  return text.toStdString();
}

bool may_hold_spaces(ParameterType type) {
  return type == ParameterType::text || type == ParameterType::path || type == ParameterType::folder ||
         type == ParameterType::names;
}

// The values of a sweep as they are written. Layers may be empty (all of them), beside semicolons.
QStringList sweep_parts(const ParameterSchema& schema, const QString& text) {
  static const QRegularExpression space("\\s+"), any("[\\s;]+");
  if (!text.contains(';')) return text.split(space, Qt::SkipEmptyParts);
  if (!may_hold_spaces(schema.type) && schema.type != ParameterType::layers) return text.split(any, Qt::SkipEmptyParts);
  QStringList parts = text.split(';');
  for (QString& part : parts)
    part = part.trimmed();
  if (parts.last().isEmpty()) parts.removeLast();
  return parts;
}

// An empty text where the step has no default of its own means that nothing is given.
bool means_none(const ParameterSchema& schema, const QString& text) {
  return text.isEmpty() && schema.default_value.is_null() && schema.type != ParameterType::text;
}

// The layers a text names, sorted and joined; empty if it cannot be read.
std::vector<LayerRange> joined_ranges(const QString& text) {
  std::vector<LayerRange> ranges;
  try {
    ranges = parse_layer_ranges(text.toStdString(), "");
  } catch (const Error&) {
    return {};
  }
  std::sort(ranges.begin(), ranges.end(), [](const LayerRange& a, const LayerRange& b) { return a.begin < b.begin; });
  std::vector<LayerRange> joined;
  for (const LayerRange& range : ranges) {
    if (!joined.empty() && range.begin <= joined.back().end) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

}  // namespace

QString number_text(double value) {
  QLocale locale;
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  return locale.toString(value, 'g', QLocale::FloatingPointShortest);
}

QString value_text(const ParameterSchema& schema, const Json& value) {
  if (value.is_null()) return {};
  if (value.is_boolean()) return value.get<bool>() ? on_text() : off_text();
  if (value.is_number_integer() && is_number(schema)) {
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return locale.toString(static_cast<qlonglong>(value.get<std::int64_t>()));
  }
  if (value.is_number() && is_number(schema)) return number_text(value.get<double>());
  if (value.is_string()) return QString::fromStdString(value.get<std::string>());
  return QString::fromStdString(value.dump());
}

Json value_from_text(const ParameterSchema& schema, const QString& written) {
  const QString text = schema.type == ParameterType::text ? written : written.trimmed();
  if (means_none(schema, text)) return {};
  Json value = text.toStdString();
  if (is_number(schema)) value = number_from_text(schema, text);
  if (schema.type == ParameterType::boolean) value = boolean_from_text(text);
  return check_parameter(schema, value, "");
}

bool is_sweep(const Json& value) { return value.is_object() && value.contains("sweep"); }

std::vector<Json> sweep_values(const Json& value) {
  if (!is_sweep(value) || !value["sweep"].is_array()) return {};
  return {value["sweep"].begin(), value["sweep"].end()};
}

QString sweep_text(const ParameterSchema& schema, const std::vector<Json>& values) {
  QStringList texts;
  bool spaced = false;
  for (const Json& value : values) {
    texts.append(value_text(schema, value));
    spaced = spaced || texts.last().isEmpty() || texts.last().contains(QRegularExpression("\\s"));
  }
  if (!spaced) return texts.join(' ');
  return texts.join("; ") + (texts.size() == 1 ? ";" : "");
}

Json sweep_from_text(const ParameterSchema& schema, const QString& text) {
  const auto refuse = [](const QString& why) {
    throw Error(ErrorCode::invalid_parameter, "The sweep is not allowed", "", why.toStdString());
  };
  Json values = Json::array();
  for (const QString& part : sweep_parts(schema, text)) {
    Json value;
    try {
      value = value_from_text(schema, part);
    } catch (const Error& error) {
      refuse(ValueText::tr("“%1”: %2").arg(part, reason(schema, part, error.info())));
    }
    if (std::find(values.begin(), values.end(), value) != values.end()) {
      refuse(ValueText::tr("%1 is there twice.").arg(value_text(schema, value)));
    }
    values.push_back(value);
  }
  if (values.empty()) refuse(ValueText::tr("Write the values, separated by spaces."));
  return {{"sweep", values}};
}

QString sentence(const std::string& text) {
  QString out = QString::fromStdString(text).trimmed();
  if (out.isEmpty()) return out;
  out[0] = out[0].toUpper();
  return out.endsWith('.') || out.endsWith('?') ? out : out + '.';
}

QString reason(const ParameterSchema& schema, const QString& text, const ErrorInfo& error) {
  const bool of_a_sweep = error.what.find("cannot be") == std::string::npos;
  if (!is_number(schema) || of_a_sweep) return sentence(error.why.empty() ? error.what : error.why);
  if (!number_from_text(schema, text.trimmed()).is_number()) {
    if (schema.type == ParameterType::integer) return ValueText::tr("Write a whole number, such as 4.");
    return ValueText::tr("Write a number, such as %1.").arg(number_text(0.5));
  }
  if (schema.choices.empty()) return ValueText::tr("Allowed: %1.").arg(range_text(schema));
  QStringList allowed;
  for (const Json& choice : schema.choices)
    allowed.append(value_text(schema, choice));
  return ValueText::tr("Allowed: %1.").arg(allowed.join(", "));
}

QString range_text(const ParameterSchema& schema) {
  const QString low = schema.minimum ? number_text(*schema.minimum) : QString();
  const QString high = schema.maximum ? number_text(*schema.maximum) : QString();
  if (schema.minimum && schema.maximum) {
    return (schema.maximum_exclusive ? ValueText::tr("%1 to less than %2") : ValueText::tr("%1 to %2")).arg(low, high);
  }
  if (schema.minimum) return ValueText::tr("at least %1").arg(low);
  if (schema.maximum)
    return (schema.maximum_exclusive ? ValueText::tr("less than %1") : ValueText::tr("at most %1")).arg(high);
  return {};
}

QString layers_in_words(const QString& text) {
  if (text.trimmed().isEmpty()) return ValueText::tr("all layers");
  qlonglong count = 0;
  QStringList parts;
  for (const LayerRange& range : joined_ranges(text.trimmed())) {
    const qlonglong first = range.begin, last = range.end - 1;
    count += last - first + 1;
    parts.append(first == last ? QString::number(first) : QString("%1 … %2").arg(first).arg(last));
  }
  if (parts.isEmpty()) return {};
  return parts.join(", ") + " (" + (count == 1 ? ValueText::tr("1 layer") : ValueText::tr("%1 layers").arg(count)) +
         ")";
}

QString unit_text(const ParameterSchema& schema) { return schema.unit == "none" ? QString() : step_text(schema.unit); }

}  // namespace kelter::ui
