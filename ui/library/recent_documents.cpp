// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/recent_documents.h"

#include <algorithm>
#include <QFileInfo>
#include <QLocale>

namespace kelter::ui {
namespace {

constexpr const char* list = "recent";

QString whole_path(const QString& path) { return QFileInfo(path).absoluteFilePath(); }

}  // namespace

RecentDocuments& RecentDocuments::shared() {
  static RecentDocuments documents;
  return documents;
}

RecentDocuments::RecentDocuments() : settings_("Kelter", "kelter") { load(); }

RecentDocuments::RecentDocuments(const QString& settings_file, QObject* parent)
    : QObject(parent), settings_(settings_file, QSettings::IniFormat) {
  load();
}

void RecentDocuments::load() {
  const int count = std::min(settings_.beginReadArray(list), most);
  for (int i = 0; i < count; ++i) {
    settings_.setArrayIndex(i);
    RecentDocument one;
    one.path = settings_.value("path").toString();
    one.title = settings_.value("title").toString();
    one.last_run = settings_.value("last_run").toString();
    one.unfinished = settings_.value("unfinished").toBool();
    one.time = QDateTime::fromString(settings_.value("time").toString(), Qt::ISODate);
    if (!one.path.isEmpty()) documents_.push_back(one);
  }
  settings_.endArray();
}

void RecentDocuments::save() {
  settings_.remove(list);
  settings_.beginWriteArray(list, static_cast<int>(documents_.size()));
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    settings_.setArrayIndex(static_cast<int>(i));
    settings_.setValue("path", documents_[i].path);
    settings_.setValue("title", documents_[i].title);
    settings_.setValue("last_run", documents_[i].last_run);
    settings_.setValue("unfinished", documents_[i].unfinished);
    settings_.setValue("time", documents_[i].time.toString(Qt::ISODate));
  }
  settings_.endArray();
  settings_.sync();
  Q_EMIT changed();
}

std::vector<RecentDocument>::iterator RecentDocuments::find(const QString& path) {
  return std::find_if(documents_.begin(), documents_.end(),
                      [whole = whole_path(path)](const RecentDocument& one) { return one.path == whole; });
}

void RecentDocuments::add(const QString& path, const QString& title) {
  if (path.isEmpty()) return;
  RecentDocument one;
  if (const auto known = find(path); known != documents_.end()) {
    one = *known;
    documents_.erase(known);
  }
  one.path = whole_path(path);
  one.title = title;
  one.time = QDateTime::currentDateTime();
  documents_.insert(documents_.begin(), one);
  if (documents_.size() > most) documents_.resize(most);
  save();
}

void RecentDocuments::set_last_run(const QString& path, const QString& text, bool unfinished) {
  const auto known = find(path);
  if (known == documents_.end()) return;
  known->last_run = text;
  known->unfinished = unfinished;
  known->time = QDateTime::currentDateTime();
  save();
}

void RecentDocuments::remove(const QString& path) {
  const auto known = find(path);
  if (known == documents_.end()) return;
  documents_.erase(known);
  save();
}

void RecentDocuments::clear() {
  documents_.clear();
  save();
}

QString when_text(const QDateTime& time, const QDateTime& now) {
  if (!time.isValid()) return {};
  const QLocale locale;
  const QString clock = locale.toString(time.time(), QLocale::ShortFormat);
  const qint64 days = time.date().daysTo(now.date());
  if (days == 0) return RecentDocuments::tr("today %1").arg(clock);
  if (days == 1) return RecentDocuments::tr("yesterday %1").arg(clock);
  return locale.toString(time.date(), QLocale::ShortFormat);
}

}  // namespace kelter::ui
