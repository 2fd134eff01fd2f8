// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/dropped_path.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace kelter::ui {
namespace {

using Kind = DroppedPath::Kind;

struct Dropped {
  Q_DECLARE_TR_FUNCTIONS(DroppedPath)
};

DroppedPath unknown(const QString& path, const QString& reason) { return {Kind::unknown, path, reason}; }

DroppedPath classify_folder(const QString& path) {
  const QDir folder(path);
  if (folder.exists("run.json")) return {Kind::run_folder, path, {}};
  for (const char* name : {"kelter.json", "kelter-source.json"}) {
    if (folder.exists(name)) return {Kind::model_folder, path, {}};
  }
  const qsizetype gguf = folder.entryList({"*.gguf"}, QDir::Files).size();
  if (gguf == 1) return {Kind::model_folder, path, {}};
  if (gguf > 1) return unknown(path, Dropped::tr("The folder holds %1 GGUF files. Drop one of them.").arg(gguf));
  const bool weights = !folder.entryList({"*.safetensors"}, QDir::Files).isEmpty();
  if (folder.exists("config.json") && weights) return {Kind::model_folder, path, {}};
  if (weights)
    return unknown(path,
                   Dropped::tr("The folder has weights but no config.json, so the shape of the model is not known."));
  const QStringList documents = folder.entryList({"*.kelter"}, QDir::Files);
  if (documents.size() == 1) return {Kind::document, folder.filePath(documents.first()), {}};
  return unknown(
      path,
      Dropped::tr(
          "The folder holds neither a model nor a run. Drop a GGUF file, a model folder, a run folder or a document."));
}

DroppedPath classify_file(const QString& path) {
  const QFileInfo info(path);
  const QString suffix = info.suffix().toLower();
  if (suffix == "kelter") return {Kind::document, path, {}};
  if (info.fileName() == "run.json") return {Kind::run_folder, info.absolutePath(), {}};
  if (info.fileName() == "kelter.json") return {Kind::model_folder, info.absolutePath(), {}};
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return unknown(path, Dropped::tr("The file cannot be read: %1.").arg(file.errorString()));
  const QByteArray start = file.read(4096);
  if (start.startsWith("GGUF")) return {Kind::model_file, path, {}};
  if (suffix == "gguf")
    return unknown(
        path,
        Dropped::tr("The file has the name of a GGUF file but not its contents. It may be an unfinished download."));
  if (suffix == "safetensors")
    return unknown(
        path,
        Dropped::tr("A safetensors file alone does not say what the model looks like. Drop the folder it lies in."));
  if (start.trimmed().startsWith('{') && start.contains("\"kelter\"") && start.contains("\"nodes\""))
    return {Kind::document, path, {}};
  return unknown(path, Dropped::tr("“%1” is neither a model, a run nor a document of Kelter.").arg(info.fileName()));
}

}  // namespace

DroppedPath classify_dropped_path(const QString& path) {
  const QFileInfo info(path);
  if (path.isEmpty() || !info.exists()) return unknown(path, Dropped::tr("There is no such file or folder."));
  const QString whole = QDir::cleanPath(info.absoluteFilePath());
  return info.isDir() ? classify_folder(whole) : classify_file(whole);
}

QString dropped_file(const QMimeData* data) {
  for (const QUrl& url : data->urls()) {
    if (url.isLocalFile()) return url.toLocalFile();
  }
  return {};
}

}  // namespace kelter::ui
