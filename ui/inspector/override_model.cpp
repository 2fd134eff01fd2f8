// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/override_model.h"

#include <algorithm>
#include <QColor>
#include <QFont>

#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

const ParameterSchema& layer_schema() {
  static const ParameterSchema schema = [] {
    ParameterSchema layers;
    layers.id = "layers";
    layers.type = ParameterType::layers;
    layers.unit = "none";
    return layers;
  }();
  return schema;
}

std::vector<std::string> ids_of(const Parameters& parameters) { return parameter_ids(parameters); }

// None for a key that cannot be read.
std::vector<LayerRange> ranges_of(const std::string& layers) {
  try {
    return parse_layer_ranges(layers, "");
  } catch (const Error&) {
    return {};
  }
}

// One past the last layer that any row names.
std::int64_t end_of(const Json& overrides) {
  std::int64_t end = 0;
  for (const auto& [layers, values] : overrides.items()) {
    for (const LayerRange& range : ranges_of(layers))
      end = std::max(end, range.end);
  }
  return end;
}

std::string alone(std::int64_t layer) { return std::to_string(layer) + ":" + std::to_string(layer + 1); }

}  // namespace

void OverrideModel::show(const Json& overrides, const Parameters& columns, const Json& in_force) {
  const Json wanted = overrides.is_object() ? overrides : Json::object();
  // A cell that is being edited stays open where the table keeps its shape.
  const bool same_shape = wanted.size() == overrides_.size() && ids_of(columns) == ids_of(columns_);
  if (!same_shape) beginResetModel();
  overrides_ = wanted;
  columns_ = columns;
  in_force_ = in_force;
  if (!same_shape) return endResetModel();
  if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int OverrideModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(overrides_.size());
}

int OverrideModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size()) + 1;
}

std::string OverrideModel::key(int row) const { return std::next(overrides_.begin(), row).key(); }

const ParameterSchema& OverrideModel::schema(int column) const {
  return column == 0 ? layer_schema() : columns_.at(static_cast<std::size_t>(column - 1));
}

Json OverrideModel::value(const QModelIndex& index) const {
  if (index.column() == 0) return key(index.row());
  const Json& values = *std::next(overrides_.begin(), index.row());
  const auto found = values.is_object() ? values.find(schema(index.column()).id) : values.end();
  return values.is_object() && found != values.end() ? *found : Json();
}

Json OverrideModel::shown_value(const QModelIndex& index) const {
  const Json own = value(index);
  return own.is_null() ? in_force_.value(schema(index.column()).id, Json()) : own;
}

QVariant OverrideModel::data(const QModelIndex& index, int role) const {
  const ParameterSchema& column = schema(index.column());
  const Json own = value(index);
  const bool says_something = !own.is_null();
  switch (role) {
    case Qt::DisplayRole: {
      if (index.column() > 0) return value_text(column, shown_value(index));
      const QString words = layers_in_words(QString::fromStdString(key(index.row())));
      return words.section(" (", 0, 0);
    }
    case Qt::ToolTipRole:
      if (index.column() == 0) return layers_in_words(QString::fromStdString(key(index.row())));
      return says_something ? QVariant() : tr("As in the whole step");
    case Qt::ForegroundRole:
      if (index.column() == 0) return theme().colors().ink;
      return says_something ? theme().colors().accent : theme().colors().muted;
    case Qt::FontRole:
      return theme().font(Text::body, says_something && index.column() > 0 ? QFont::DemiBold : QFont::Normal);
    case Qt::AccessibleTextRole:
      return QString("%1 %2: %3")
          .arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
               QString::fromStdString(key(index.row())), data(index, Qt::DisplayRole).toString());
    default:
      return {};
  }
}

QVariant OverrideModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  if (role == Qt::DisplayRole) return section == 0 ? tr("Layers") : step_text(schema(section).label);
  if (role == Qt::ToolTipRole && section > 0) return step_text(schema(section).help);
  return {};
}

Qt::ItemFlags OverrideModel::flags(const QModelIndex& index) const {
  return QAbstractTableModel::flags(index) | Qt::ItemIsEditable;
}

Json OverrideModel::with_value(const QModelIndex& index, const Json& value) const {
  Json out = Json::object();
  int row = 0;
  for (const auto& [layers, values] : overrides_.items()) {
    const bool here = row++ == index.row();
    std::string name = layers;
    Json changed = values.is_object() ? values : Json::object();
    if (here && index.column() == 0) {
      name = value.is_string() ? value.get<std::string>() : std::string();
      if (name.empty()) {
        throw Error(ErrorCode::invalid_parameter, "No layers", "", tr("Name the layers, such as 0:4.").toStdString());
      }
    } else if (here && value.is_null()) {
      changed.erase(schema(index.column()).id);
    } else if (here) {
      changed[schema(index.column()).id] = check_parameter(schema(index.column()), value, "");
    }
    if (out.contains(name)) {
      throw Error(ErrorCode::invalid_parameter, "Layers twice", "",
                  tr("There is a row for these layers.").toStdString());
    }
    out[name] = std::move(changed);
  }
  return out;
}

Json OverrideModel::with_row() const {
  Json out = overrides_;
  const std::int64_t next = end_of(overrides_);
  out[alone(next)] = Json::object();
  return out;
}

Json OverrideModel::with_layer(std::int64_t layer) const {
  Json out = overrides_;
  out[alone(layer)] = Json::object();
  return out;
}

int OverrideModel::row_of(std::int64_t layer) const {
  int among = -1;
  for (int row = 0; row < rowCount(); ++row) {
    const std::vector<LayerRange> ranges = ranges_of(key(row));
    const bool named = std::any_of(ranges.begin(), ranges.end(),
                                   [layer](const LayerRange& range) { return range.begin <= layer && layer < range.end; });
    if (named && ranges.size() == 1 && ranges.front().end == ranges.front().begin + 1) return row;
    if (named && among < 0) among = row;
  }
  return among;
}

Json OverrideModel::without_row(int row) const {
  Json out = overrides_;
  out.erase(key(row));
  return out.empty() ? Json() : out;
}

}  // namespace kelter::ui
