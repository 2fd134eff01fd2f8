// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/parameter_text.h"

#include <QStringList>

#include "ui/canvas/canvas_look.h"
#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

// A label inside a line of text: English writes it small, German keeps its capitals.
QString inner_label(const ParameterSchema& schema) {
  const QString label = step_text(schema.label.empty() ? schema.id : schema.label);
  //: Translate as "small" if a label inside a line starts with a small letter in this language, else as "keep".
  const bool lower = CanvasText::tr("small") == QLatin1String("small");
  const bool acronym = label.size() > 1 && label[1].isUpper();
  return lower && !acronym ? label.left(1).toLower() + label.mid(1) : label;
}

// "store:smollm2" -> "smollm2", "/data/x/model.gguf" -> "model.gguf".
QString last_part(const QString& path) {
  const QString bare = path.startsWith("store:") || path.startsWith("resource:") ? path.section(':', 1) : path;
  return bare.section('/', -1, -1, QString::SectionSkipEmpty);
}

QString names_text(const QString& names) {
  QStringList parts;
  for (const QString& part : names.split('+', Qt::SkipEmptyParts)) {
    const QString name = last_part(part);
    parts.append(name.contains('.') ? name.section('.', 0, -2) : name);
  }
  return parts.join(" + ");
}

// "4:18" -> "4 … 17"; single layers and mixtures part by part.
QString layers_text(const QString& layers) {
  QStringList parts;
  for (const QString& part : layers.split('+', Qt::SkipEmptyParts)) {
    const int begin = part.section(':', 0, 0).toInt(), end = part.section(':', 1, 1).toInt();
    parts.append(part.contains(':') && end > begin + 1 ? QString::fromUtf8("%1 … %2").arg(begin).arg(end - 1)
                                                       : part.section(':', 0, 0));
  }
  return parts.join(", ");
}

// The value alone.
QString short_text(const ParameterSchema& schema, const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? CanvasText::tr("on") : CanvasText::tr("off");
  if (value.is_number()) {
    const double number = value.get<double>();
    if (schema.unit.starts_with("share")) return CanvasText::tr("%1 %").arg(number_text(number * 100));
    return number_text(number);
  }
  if (!value.is_string()) return QString::fromStdString(value.dump());
  const QString text = QString::fromStdString(value.get<std::string>());
  switch (schema.type) {
    case ParameterType::path:
    case ParameterType::folder:
      return last_part(text);
    case ParameterType::names:
      return names_text(text);
    case ParameterType::layers:
      return layers_text(text);
    default:
      return text;
  }
}

bool speaks_for_itself(const ParameterSchema& schema, const Json& value) {
  return schema.type == ParameterType::choice || schema.type == ParameterType::path ||
         schema.type == ParameterType::names || (value.is_number() && schema.unit.starts_with("share"));
}

QString with_label(const ParameterSchema& schema, const QString& value) {
  if (schema.unit.starts_with("bits")) return CanvasText::tr("%1 bit").arg(value);
  if (schema.unit == "layers" && schema.type == ParameterType::integer)
    return value == "1" ? CanvasText::tr("1 layer") : CanvasText::tr("%1 layers").arg(value);
  return QString("%1 %2").arg(inner_label(schema), value);
}

// Given values over defaults, unchecked: enough to see which parameters are in force.
Json lenient(const StepDescriptor& step, const Node& node) {
  Json values = Json::object();
  for (const ParameterSchema& schema : step.parameters) {
    const auto given = node.parameters.find(schema.id);
    values[schema.id] = given == node.parameters.end() ? schema.default_value : *given;
  }
  return values;
}

bool is_empty(const Json& value) { return value.is_null() || value == Json(""); }

}  // namespace

QString parameter_text(const ParameterSchema& schema, const Json& value) {
  if (is_sweep(value)) {
    const std::vector<Json> values = sweep_values(value);
    QStringList texts;
    for (const Json& one : values)
      texts.append(short_text(schema, one));
    const QString joined = texts.join(", ");
    return !values.empty() && speaks_for_itself(schema, values.front()) ? joined : with_label(schema, joined);
  }
  if (value.is_boolean() && value.get<bool>()) return inner_label(schema);
  const QString text = short_text(schema, value);
  return speaks_for_itself(schema, value) ? text : with_label(schema, text);
}

QString parameter_summary(const StepDescriptor& step, const Node& node) {
  const Json values = lenient(step, node);
  QStringList given, defaults;
  for (const ParameterSchema& schema : step.parameters) {
    if (!is_visible(schema, values) || is_empty(values[schema.id])) continue;
    if (node.parameters.contains(schema.id)) {
      given.append(parameter_text(schema, values[schema.id]));
    } else if (values[schema.id] != Json(false) && values[schema.id] != Json(0)) {
      defaults.append(parameter_text(schema, values[schema.id]));
    }
  }
  return (given.isEmpty() ? defaults.mid(0, 2) : given).join(QString::fromUtf8(" · "));
}

QString missing_parameter(const StepDescriptor& step, const Node& node) {
  const Json values = lenient(step, node);
  for (const ParameterSchema& schema : step.parameters) {
    const bool required = schema.default_value.is_null() && is_visible(schema, values);
    if (required && is_empty(values[schema.id])) return step_text(schema.label);
  }
  return {};
}

}  // namespace kelter::ui
