// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/engine_service.h"

#include <future>
#include <map>
#include <mutex>

#include "core/describe/document_paths.h"
#include "core/describe/recipe.h"
#include "core/formats/compute_device.h"
#include "core/run/device.h"
#include "core/run/engine.h"
#include "core/run/engine_thread.h"
#include "core/run/generation.h"
#include "core/run/model_header.h"
#include "core/run/prepare.h"
#include "core/run/run_folder.h"
#include "core/run/tensor_look.h"
#include "core/run/translate.h"

namespace kelter {
namespace {

Document read_document(const Json& json, const std::string& folder) {
  Document document = Document::from_json(json, "document");
  document.folder = folder;
  return document;
}

RunOptions options_of(const EngineSettings& settings, const std::string& out, bool resume) {
  const at::Device device = parse_device(settings.device);
  check_dtype(settings.dtype, device);
  RunOptions options;
  options.out = out;
  options.resume = resume;
  options.dtype = settings.dtype;
  options.threads = settings.threads;
  options.device = to_string(device);
  return options;
}

// The device class that a device of this machine has; empty if it cannot be used here.
std::string class_here(const std::string& device, int threads) {
  try {
    return device_class(threads, parse_device(device));
  } catch (const Error&) {
    return {};
  }
}

RunOpened open_run_folder(const OpenRunRequest& request) {
  RunOpened opened{request.id, request.folder, read_run_folder(request.folder), {}, false};
  opened.document = read_json_file(fs::path(request.folder) / "document.kelter");
  const Json& environment = opened.record.environment;
  const std::string host = environment.value("host", std::string());
  const int threads = environment.value("threads", 0);
  opened.made_here = host == host_name() && threads > 0 && opened.record.device_class == class_here(opened.record.device, threads);
  return opened;
}

// A request from its arrival to its last answer.
struct Ticket {
  std::string id, tag;
  CancelFlag cancel;
  bool begun = false, answered = false;   // guarded by the service's mutex
};
using TicketPtr = std::shared_ptr<Ticket>;

class Service final : public EngineService {
 public:
  explicit Service(EngineListener listener)
      : listener_(std::move(listener)), thread_(default_threads(), [this] { load(); }) {}

  ~Service() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
      for (const auto& [id, ticket] : tickets_) ticket->cancel.request();
    }
    thread_.stop();
  }

  void send(const EngineRequest& request) override {
    std::visit([this](const auto& message) { take(message); }, request);
  }

 private:
  // ---- requests -------------------------------------------------------------------------------------------

  void take(const RunRequest& request) {
    const TicketPtr ticket = admit(request.id, {});
    thread_.read([this, request, ticket] {
      hash_files(request, *ticket);
      thread_.post([this, request, ticket] {
        serve(ticket, [&] { run(request, ticket->cancel); });
      });
    });
  }
  void take(const PlanRequest& request) {
    look(request.id, "plan " + request.folder + " " + request.out, [this, request] { plan(request); });
  }
  void take(const InspectRequest& request) {
    look(request.id, {}, [this, request] {
      emit(ModelInspected{request.id, model_summary(read_model_header(request.model, request.folder))});
    });
  }
  void take(const OpenRunRequest& request) {
    look(request.id, {}, [this, request] { emit(open_run_folder(request)); });
  }
  void take(const StatisticsRequest& request) {
    const TicketPtr ticket = admit(request.id, request.tag);
    thread_.post_interactive(request.tag, [this, request, ticket] {
      serve(ticket, [&] { emit(measure_tensor(request, models_, ticket->cancel)); });
    });
  }
  void take(const GenerateRequest& request) {
    const TicketPtr ticket = admit(request.id, request.tag);
    thread_.post_interactive(request.tag, [this, request, ticket] {
      serve(ticket, [&] { generate(request, ticket->cancel); });
    });
  }
  void take(const CancelRequest& request) {
    TicketPtr early;
    {
      const std::lock_guard lock(mutex_);
      const auto found = tickets_.find(request.target);
      if (found == tickets_.end()) return;
      found->second->cancel.request();
      if (!found->second->begun) early = found->second;
    }
    if (early) refuse(early, {ErrorCode::cancelled, "The request was cancelled", {}, {}, {}});
  }

  // On the reader thread.
  void look(const std::string& id, const std::string& tag, std::function<void()> work) {
    thread_.read([this, ticket = admit(id, tag), work = std::move(work)] { serve(ticket, work); });
  }

  // ---- tickets --------------------------------------------------------------------------------------------

  // A queued request of the same tag is out of date.
  TicketPtr admit(const std::string& id, const std::string& tag) {
    const auto ticket = std::make_shared<Ticket>();
    ticket->id = id;
    ticket->tag = tag;
    std::vector<TicketPtr> older;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [known, other] : tickets_) {
        if (tag.empty() || other->tag != tag || other->begun || other->cancel.requested()) continue;
        other->cancel.request();   // it may begin before it is refused
        older.push_back(other);
      }
      tickets_[id] = ticket;
      if (closing_) ticket->cancel.request();
    }
    for (const TicketPtr& one : older) {
      refuse(one, {ErrorCode::cancelled, "The request was dropped", {}, "a newer request took its place", {}});
    }
    return ticket;
  }

  // Runs the work and answers what goes wrong; a request that was answered already does nothing.
  void serve(const TicketPtr& ticket, const std::function<void()>& work) {
    {
      const std::lock_guard lock(mutex_);
      if (ticket->answered || closing_) return;
      ticket->begun = true;
    }
    try {
      thread_.started().get();
      if (ticket->cancel.requested()) throw Error(ErrorCode::cancelled, "The request was cancelled");
      work();
    } catch (...) {
      emit(RequestFailed{ticket->id, translate_exception(std::current_exception(), {})});
    }
    const std::lock_guard lock(mutex_);
    ticket->answered = true;
    forget(*ticket);
  }

  // The answer to a request that never began. Whichever thread is free first gives it: one may be hashing a large
  // file, the other measuring.
  void refuse(const TicketPtr& ticket, const ErrorInfo& why) {
    const auto answer = [this, ticket, why] {
      {
        const std::lock_guard lock(mutex_);
        if (ticket->begun || ticket->answered) return;
        ticket->answered = true;
        forget(*ticket);
      }
      emit(RequestFailed{ticket->id, why});
    };
    thread_.read(answer);
    thread_.post_interactive({}, answer);
  }

  // With the mutex held.
  void forget(const Ticket& ticket) {
    const auto found = tickets_.find(ticket.id);
    if (found != tickets_.end() && found->second.get() == &ticket) tickets_.erase(found);
  }

  // ---- work on the engine thread ----------------------------------------------------------------------------

  void load() {
    try {
      engine_ = std::make_unique<Engine>();
    } catch (...) {
      emit(RequestFailed{{}, translate_exception(std::current_exception(), {})});
      throw;
    }
    const int threads = default_threads();
    emit(EngineReady{device_class(threads), host_name(), default_dtype(), threads, engine_->warnings(),
                     compute_devices(threads)});
  }

  void run(const RunRequest& request, const CancelFlag& cancel) {
    Document document = read_document(request.document, request.folder);
    make_paths_absolute(document, engine_->catalogue());   // it is saved in the run folder
    const std::string& id = request.id;
    RunListener listener;
    listener.started = [&](const RunRecord& record) { emit(RunStarted{id, record}); };
    listener.progress = [&](const ProgressMessage& message) { emit(RunProgress{id, message}); };
    listener.log = [&](const LogMessage& message) { emit(RunLog{id, message}); };
    listener.linears = [&](const LinearsMessage& message) { emit(LinearsRecorded{id, message}); };
    listener.node = [&](const NodeRecord& node) { emit(NodeChanged{id, node}); };
    listener.at_border = [this] { thread_.serve_interactive(); };
    const RunOptions options = options_of(request.settings, request.out, request.resume);
    emit(RunFinished{id, Runner(engine_->services()).run(document, options, listener, cancel)});
  }

  void generate(const GenerateRequest& request, const CancelFlag& cancel) {
    static_cast<void>(options_of(request.settings, {}, false));
    emit(run_generation(request, models_, cancel, [this](const TokenWritten& token) { emit(token); }));
  }

  // ---- work on the reader thread ----------------------------------------------------------------------------

  RunServices readers() {
    if (!cache_) {
      cache_ = std::make_unique<Cache>();
      try {
        store_ = std::make_unique<RunStore>();
      } catch (const Error&) {
        store_.reset();   // the engine's start said so already
      }
    }
    return engine_->readers(*cache_, store_.get());
  }

  void plan(const PlanRequest& request) {
    const RunServices services = readers();
    const RunOptions options = options_of(request.settings, request.out, !request.out.empty());
    const PreparedRun prepared = prepare_run(read_document(request.document, request.folder), options, services);
    PlanMade made{request.id, plan_run(prepared, services), {}};
    if (!request.recorded_device_class.empty()) {
      const auto recipes = recipes_as(prepared, services, request.recorded_dtype, request.recorded_device_class);
      for (std::size_t i = 0; i < recipes.size(); ++i) made.recorded_recipes[prepared.node(i).id] = recipes[i];
    }
    emit(made);
  }

  // The hash of a large checkpoint takes long the first time. What is wrong with the document the run itself says.
  void hash_files(const RunRequest& request, const Ticket& ticket) {
    try {
      thread_.started().get();
      if (ticket.cancel.requested()) return;
      const Document document = read_document(request.document, request.folder);
      static_cast<void>(prepare_run(document, options_of(request.settings, {}, false), readers()));
    } catch (const std::exception&) {
      return;
    }
  }

  // One event at a time, whichever thread it comes from.
  void emit(const EngineEvent& event) {
    const std::lock_guard lock(event_mutex_);
    listener_(event);
  }

  EngineListener listener_;
  std::mutex event_mutex_;
  std::mutex mutex_;                            // guards the tickets and closing_
  std::map<std::string, TicketPtr> tickets_;    // that have no last answer yet
  bool closing_ = false;
  std::unique_ptr<Engine> engine_;              // made on the engine thread
  OpenModels models_;                           // engine thread
  std::unique_ptr<Cache> cache_;                // reader thread
  std::unique_ptr<RunStore> store_;             // reader thread
  EngineThread thread_;                         // last: its threads use all of the above
};

}  // namespace
}  // namespace kelter

kelter::EngineService* kelter_start_engine(const kelter::EngineListener& listener) {
  return new kelter::Service(listener);
}
