// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/known_files.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/files.h"
#include "ui/library/model_store.h"

namespace kelter::ui {
namespace {

constexpr const char* demo_folder = "demo";

// Names of the files of this kind in a folder.
QStringList names_in(const fs::path& folder, const char* extension) {
  QStringList names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == extension) names.append(QString::fromStdString(entry->path().filename().string()));
  names.sort();
  return names;
}

QStringList shipped(const char* extension) {
  QStringList files;
  try {
    for (const QString& name : names_in(resource_folder() / demo_folder, extension))
      files.append(QString("resource:%1/%2").arg(demo_folder, name));
  } catch (const Error&) {   // Kelter's resources are not there: a run says so
  }
  return files;
}

}  // namespace

QStringList known_files(const StepDescriptor& step, const ParameterSchema& schema) {
  QStringList files;
  const bool makes_model = std::any_of(step.outputs.begin(), step.outputs.end(), [](const Port& port) { return port.type == PortType::model; });
  if (schema.type == ParameterType::names && !schema.folder.empty()) {
    for (const QString& name : names_in(data_folder() / "data", ".jsonl")) files.append(name.chopped(6));
    return files + shipped(".jsonl");
  }
  if (schema.type != ParameterType::path) return files;
  if (!step.is_source() || !makes_model) return shipped(".txt");
  for (const StoreModel& model : models_in(model_store_folder())) files.append("store:" + model.name);
  return files;
}

}  // namespace kelter::ui
