// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/hub_errors.h"

#include "core/base/units.h"

namespace kelter {
namespace {

std::string reason(const HttpAnswer& answer) {
  const std::string message = answer.error_message.empty() ? answer.error_code : answer.error_message;
  return "the hub answers " + std::to_string(answer.status) + (message.empty() ? "" : ": " + printable(message, 200));
}

ErrorInfo refused(const HttpAnswer& answer, const HubQuestion& question) {
  // Hubs answer 401 for what does not exist, too, so that nobody can guess the names of private models.
  const std::string name = "Check the name " + question.model + "; ";
  const std::string access =
      question.with_token
          ? "for a private or gated model the token in HF_TOKEN needs access, which the model's page on the hub grants."
          : "a private or gated model needs a token in HF_TOKEN.";
  return {ErrorCode::file_unreadable, "The hub does not give out the model", question.url, reason(answer),
          name + access};
}

ErrorInfo missing(const HttpAnswer& answer, const HubQuestion& question) {
  if (!question.file.empty()) {
    return {ErrorCode::file_not_found, "The hub has no file " + question.file, question.url, reason(answer),
            "Check the name of the file, or run the command again: its list may be newer."};
  }
  if (answer.error_code == "RevisionNotFound") {
    return {ErrorCode::file_not_found, "The model has no revision " + question.revision, question.url, reason(answer),
            "Name a branch, a tag or a commit of it with --revision."};
  }
  return {ErrorCode::file_not_found, "The hub has no model " + question.model, question.url, reason(answer),
          "Check the name."};
}

}  // namespace

void throw_hub_error(const HttpAnswer& answer, const HubQuestion& question) {
  const int status = answer.status;
  if (status == 401 || status == 403) throw TransferError(refused(answer, question), false);
  if (status == 404 || status == 410) throw TransferError(missing(answer, question), false);
  const bool may_pass = status == 408 || status == 429 || status >= 500;
  throw TransferError(
      {ErrorCode::file_unreadable, "The hub does not answer as it should", question.url, reason(answer),
       may_pass ? "Run the command again later; it goes on where it stopped." : "Check the hub's address."},
      may_pass, answer.retry_after);
}

}  // namespace kelter
