// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensor_reader.h"

namespace kelter::ui {
namespace {

constexpr int pause_ms = 120;   // on a tensor before it is read

}  // namespace

TensorReader::TensorReader(Workbench& bench, QObject* parent) : QObject(parent), bench_(bench) {
  pause_.setSingleShot(true);
  pause_.setInterval(pause_ms);
  connect(&pause_, &QTimer::timeout, this, &TensorReader::ask);
  connect(&bench.engine, &EngineBridge::event, this, &TensorReader::handle);
}

void TensorReader::look_into(const std::string& model, const std::string& folder) {
  if (model == model_ && folder == folder_) return;
  close();
  model_ = model;
  folder_ = folder;
}

void TensorReader::open(const std::string& model, const std::string& folder) {
  look_into(model, folder);
  known_.clear();
  open_id_ = EngineBridge::new_id("tensors");
  bench_.engine.send(InspectRequest{open_id_, model, folder});
}

void TensorReader::close() {
  stop();
  wanted_.clear();
  model_.clear();
  folder_.clear();
  open_id_.clear();
  list_ = Json();
  known_.clear();
}

void TensorReader::measure(const QString& tensor) {
  if (tensor == wanted_ && (!measure_id_.empty() || pause_.isActive())) return;
  stop();
  wanted_ = tensor;
  if (tensor.isEmpty()) return;
  const auto known = known_.find(tensor);
  if (known == known_.end()) return pause_.start();
  Q_EMIT measured(tensor, known->second);
}

void TensorReader::ask() {
  measure_id_ = EngineBridge::new_id("tensor");
  const std::string tag = "tensor-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  bench_.engine.send(StatisticsRequest{measure_id_, tag, model_, folder_, wanted_.toStdString()});
}

void TensorReader::stop() {
  pause_.stop();
  if (!measure_id_.empty()) bench_.engine.send(CancelRequest{measure_id_});
  measure_id_.clear();
}

void TensorReader::take_list(const Json& model) {
  open_id_.clear();
  if (model == list_) return;
  list_ = model;
  known_.clear();
  Q_EMIT listed(model);
}

void TensorReader::failed(const RequestFailed& event) {
  if (event.id == open_id_) {
    open_id_.clear();
    list_ = Json();
    known_.clear();
    Q_EMIT unreadable(event.error);
  } else if (event.id == measure_id_) {
    measure_id_.clear();
    Q_EMIT not_measured(wanted_, event.error);
  }
}

void TensorReader::handle(const EngineEvent& event) {
  if (const auto* answer = std::get_if<ModelInspected>(&event); answer && answer->id == open_id_) take_list(answer->model);
  if (const auto* error = std::get_if<RequestFailed>(&event); error && !error->id.empty()) failed(*error);
  const auto* numbers = std::get_if<TensorMeasured>(&event);
  if (!numbers || numbers->id != measure_id_) return;
  measure_id_.clear();
  known_[wanted_] = numbers->statistics;
  Q_EMIT measured(wanted_, numbers->statistics);
}

}  // namespace kelter::ui
