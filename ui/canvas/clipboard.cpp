// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include "core/base/error.h"
#include "core/base/files.h"

namespace kelter::ui {

void put_on_clipboard(const Document& excerpt) {
  const QByteArray json = QByteArray::fromStdString(to_pretty(excerpt.to_json()));
  auto* data = new QMimeData;  // the clipboard owns it
  data->setData(clipboard_format, json);
  data->setText(QString::fromUtf8(json));
  QGuiApplication::clipboard()->setMimeData(data);
}

std::optional<Document> take_from_clipboard() {
  const QMimeData* data = QGuiApplication::clipboard()->mimeData();
  if (!data) return {};
  const QByteArray bytes = data->hasFormat(clipboard_format) ? data->data(clipboard_format) : data->text().toUtf8();
  const Json json = Json::parse(bytes.toStdString(), nullptr, false);
  if (!json.is_object()) return {};
  try {
    Document document = Document::from_json(json, "clipboard");
    const bool notes = document.notes.is_array() && !document.notes.empty();
    return document.nodes.empty() && !notes ? std::nullopt : std::optional(std::move(document));
  } catch (const Error&) {
    return {};  // text from elsewhere that happens to be JSON
  }
}

}  // namespace kelter::ui
