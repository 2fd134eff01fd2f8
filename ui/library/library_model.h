// SPDX-License-Identifier: GPL-3.0-or-later
// What the library offers: models of the store, data, steps by family, templates, in two levels. Rows of steps, models
// and data can be dragged as application/x-kelter-step. Window thread.
#pragma once

#include <deque>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>

#include "core/describe/step_descriptor.h"
#include "ui/library/model_store.h"
#include "ui/library/presets.h"
#include "ui/library/step_mime.h"

namespace kelter::ui {

struct LibraryEntry {
  enum class Kind { step, model, data, file_dialog, document } kind = Kind::step;
  QString title;
  QString detail;   // muted, at the right: size, what it is for
  QString summary;  // for its card, where it is no plain step
  std::string family = "source";
  const StepDescriptor* step = nullptr;  // what it adds to the canvas; nullptr for a document and the file dialog
  Json parameters = Json::object();
  QString path;  // of a document

  QByteArray mime() const { return step ? step_mime({step->id, parameters}) : QByteArray(); }
};

class LibraryModel : public QStandardItemModel {
  Q_OBJECT
 public:
  enum Role { search_role = Qt::UserRole + 1, entry_role };

  // `catalogue` outlives the model.
  explicit LibraryModel(const StepCatalogue& catalogue, QObject* parent = nullptr);

  void set_models(const std::vector<StoreModel>& models);
  // nullptr for the heading of a group.
  const LibraryEntry* entry(const QModelIndex& index) const;

  QStringList mimeTypes() const override { return {step_mime_type}; }
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

 private:
  QStandardItem* add_group(const QString& title);
  QStandardItem* add_entry(QStandardItem* group, LibraryEntry entry);
  void add_data();
  void add_preset(QStandardItem* group, const Preset& preset);
  void add_presets(QStandardItem* group, const std::string& family);
  void add_steps();
  void add_templates();

  const StepCatalogue& catalogue_;
  std::deque<LibraryEntry> entries_;
  QStandardItem* models_;
};

// Rows whose title, id or summary hold every word that was typed.
class LibraryFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit LibraryFilter(QObject* parent = nullptr);
  void set_text(const QString& text);
  const QString& text() const { return text_; }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QString text_;
  QStringList words_;
};

}  // namespace kelter::ui
