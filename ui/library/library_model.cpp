// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/library_model.h"

#include <algorithm>
#include <QMimeData>
#include <QRegularExpression>

#include "ui/inspector/quantity_text.h"
#include "ui/library/families.h"
#include "ui/library/templates.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

QString search_text(const LibraryEntry& entry) {
  QStringList parts = {entry.title, entry.detail, entry.summary};
  if (entry.step) {
    // English too: titles of papers and the manual are.
    for (const std::string& text : {entry.step->id, entry.step->title, entry.step->card.summary}) {
      parts.append(QString::fromStdString(text));
    }
    parts.append(step_text(entry.step->title));
    parts.append(step_text(entry.step->card.summary));
  }
  return parts.join('\n');
}

}  // namespace

LibraryModel::LibraryModel(const StepCatalogue& catalogue, QObject* parent)
    : QStandardItemModel(parent), catalogue_(catalogue) {
  models_ = add_group(tr("Models"));
  set_models({});
  add_data();
  add_steps();
  add_templates();
}

QStandardItem* LibraryModel::add_group(const QString& title) {
  auto* group = new QStandardItem(title);
  group->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
  group->setData(title, search_role);
  appendRow(group);
  return group;
}

QStandardItem* LibraryModel::add_entry(QStandardItem* group, LibraryEntry entry) {
  auto* item = new QStandardItem(entry.title);
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
  if (entry.step) flags |= Qt::ItemIsDragEnabled;
  item->setFlags(flags);
  item->setData(search_text(entry), search_role);
  item->setData(static_cast<int>(entries_.size()), entry_role);
  item->setData(entry.detail.isEmpty() ? entry.title : entry.title + ", " + entry.detail, Qt::AccessibleTextRole);
  item->setToolTip(entry.step && entry.summary.isEmpty() ? step_text(entry.step->card.summary) : entry.summary);
  entries_.push_back(std::move(entry));
  group->appendRow(item);
  return item;
}

void LibraryModel::set_models(const std::vector<StoreModel>& models) {
  models_->removeRows(0, models_->rowCount());
  const StepDescriptor* step = catalogue_.find("source.model");
  for (const StoreModel& model : models) {
    LibraryEntry entry;
    entry.kind = LibraryEntry::Kind::model;
    entry.title = model.name;
    entry.detail = bytes_text(model.bytes);
    entry.summary = tr("%1 model of the model store, %2.").arg(model.kind, bytes_text(model.bytes));
    entry.step = step;
    entry.parameters = {{"path", "store:" + model.name.toStdString()}};
    add_entry(models_, std::move(entry));
  }
  LibraryEntry open;
  open.kind = LibraryEntry::Kind::file_dialog;
  open.title = tr("Open a model …");
  open.summary = tr("Adds a GGUF file from anywhere to the canvas. A file or folder can also be dropped there.");
  open.step = nullptr;
  add_entry(models_, std::move(open));
}

void LibraryModel::add_preset(QStandardItem* group, const Preset& preset) {
  LibraryEntry entry;
  entry.kind = LibraryEntry::Kind::data;
  entry.title = preset.title;
  entry.detail = preset.detail;
  entry.summary = preset.summary;
  entry.step = preset.step;
  entry.family = preset.step->family;
  entry.parameters = preset.parameters;
  add_entry(group, std::move(entry));
}

void LibraryModel::add_presets(QStandardItem* group, const std::string& family) {
  for (const Preset& preset : shipped_presets(catalogue_)) {
    if (preset.step->family == family) add_preset(group, preset);
  }
}

void LibraryModel::add_data() {
  QStandardItem* group = add_group(tr("Data"));
  add_presets(group, "source");
  for (const char* id : {"source.text", "source.tasks"}) {
    const StepDescriptor* step = catalogue_.find(id);
    if (!step) continue;
    const QString title = tr("%1 from a file").arg(step_text(step->title));
    add_preset(group, {step, title, {}, step_text(step->card.summary), Json::object()});
  }
}

// What comes with its text or questions stands in front of the bare step.
void LibraryModel::add_steps() {
  for (const std::string& family : families_of(catalogue_.steps())) {
    QStandardItem* group = add_group(family_title(family));
    add_presets(group, family);
    for (const StepDescriptor& step : catalogue_.steps()) {
      if (step.family != family) continue;
      LibraryEntry entry;
      entry.title = step_text(step.title);
      entry.family = family;
      entry.step = &step;
      add_entry(group, std::move(entry));
    }
  }
}

void LibraryModel::add_templates() {
  const std::vector<Template> templates = shipped_templates(catalogue_);
  if (templates.empty()) return;
  QStandardItem* group = add_group(tr("Templates"));
  for (const Template& one : templates) {
    LibraryEntry entry;
    entry.kind = LibraryEntry::Kind::document;
    entry.title = one.title;
    entry.summary = one.description;
    entry.family = one.family;
    entry.path = one.path;
    add_entry(group, std::move(entry));
  }
}

const LibraryEntry* LibraryModel::entry(const QModelIndex& index) const {
  const QVariant at = index.data(entry_role);
  return at.isValid() ? &entries_.at(static_cast<std::size_t>(at.toInt())) : nullptr;
}

QMimeData* LibraryModel::mimeData(const QModelIndexList& indexes) const {
  const LibraryEntry* one = indexes.isEmpty() ? nullptr : entry(indexes.first());
  if (!one || !one->step) return nullptr;
  auto* data = new QMimeData;
  data->setData(step_mime_type, one->mime());
  return data;
}

LibraryFilter::LibraryFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setRecursiveFilteringEnabled(true);
  setAutoAcceptChildRows(true);
}

void LibraryFilter::set_text(const QString& text) {
  text_ = text.trimmed();
  words_ = text_.split(QRegularExpression("\\s+"), Qt::SkipEmptyParts);
  invalidateFilter();
}

bool LibraryFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QString text = sourceModel()->index(row, 0, parent).data(LibraryModel::search_role).toString();
  return std::all_of(words_.begin(), words_.end(),
                     [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace kelter::ui
