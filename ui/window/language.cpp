// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

namespace kelter::ui {

void use_language(const QString& code) {
  const QString chosen = code.isEmpty() ? QSettings().value("language").toString() : code;
  if (!chosen.isEmpty()) QLocale::setDefault(QLocale(chosen));
  const QString language = chosen.isEmpty() ? QLocale::system().name().left(2) : chosen;
  static QTranslator words, standard;
  const bool known = words.load(":/translations/kelter_" + language + ".qm");
  if (known || words.load(":/translations/kelter_en.qm")) QCoreApplication::installTranslator(&words);
  // Standard buttons and dialogs, where the system has them.
  if (standard.load("qtbase_" + language, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    QCoreApplication::installTranslator(&standard);
}

}  // namespace kelter::ui
