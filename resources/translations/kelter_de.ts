<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppendStep</name>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
</context>
<context>
    <name>DroppedPath</name>
    <message>
        <source>The folder holds %1 GGUF files. Drop one of them.</source>
        <translation>Der Ordner enthält %1 GGUF-Dateien. Legen Sie eine davon hier ab.</translation>
    </message>
    <message>
        <source>The folder has weights but no config.json, so the shape of the model is not known.</source>
        <translation>Der Ordner enthält Gewichte, aber keine config.json; der Aufbau des Modells ist also unbekannt.</translation>
    </message>
    <message>
        <source>The folder holds neither a model nor a run. Drop a GGUF file, a model folder, a run folder or a document.</source>
        <translation>Der Ordner enthält weder ein Modell noch einen Lauf. Legen Sie eine GGUF-Datei, einen Modellordner, den Ordner eines Laufs oder ein Dokument ab.</translation>
    </message>
    <message>
        <source>The file cannot be read: %1.</source>
        <translation>Die Datei kann nicht gelesen werden: %1.</translation>
    </message>
    <message>
        <source>The file has the name of a GGUF file but not its contents. It may be an unfinished download.</source>
        <translation>Die Datei heißt wie eine GGUF-Datei, enthält aber keine. Vielleicht ist der Download unvollständig.</translation>
    </message>
    <message>
        <source>A safetensors file alone does not say what the model looks like. Drop the folder it lies in.</source>
        <translation>Eine safetensors-Datei allein sagt nicht, wie das Modell aufgebaut ist. Legen Sie den Ordner ab, in dem sie liegt.</translation>
    </message>
    <message>
        <source>“%1” is neither a model, a run nor a document of Kelter.</source>
        <translation>„%1“ ist weder ein Modell noch ein Lauf noch ein Dokument von Kelter.</translation>
    </message>
    <message>
        <source>There is no such file or folder.</source>
        <translation>Eine solche Datei oder einen solchen Ordner gibt es nicht.</translation>
    </message>
</context>
<context>
    <name>Families</name>
    <message>
        <source>Pruning</source>
        <translation>Pruning</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Low rank</source>
        <translation>Niedriger Rang</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Wiederherstellung</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Sparse running</source>
        <translation>Dünnbesetztes Rechnen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messung</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
</context>
<context>
    <name>FigureFrame</name>
    <message>
        <source>Not drawn: these values were measured by different protocols.</source>
        <translation>Nicht gezeichnet: Diese Werte wurden nach verschiedenen Protokollen gemessen.</translation>
    </message>
    <message>
        <source>Give the measures the same settings, then measure again.</source>
        <translation>Den Messungen dieselben Einstellungen geben, dann neu messen.</translation>
    </message>
</context>
<context>
    <name>FigureText</name>
    <message>
        <source>stale</source>
        <translation>veraltet</translation>
    </message>
</context>
<context>
    <name>FigureWriter</name>
    <message>
        <source>its values were measured by different protocols</source>
        <translation>ihre Werte wurden nach verschiedenen Protokollen gemessen</translation>
    </message>
    <message>
        <source>The figure cannot be exported</source>
        <translation>Die Abbildung kann nicht exportiert werden</translation>
    </message>
    <message>
        <source>Measure all branches with the same settings.</source>
        <translation>Messen Sie alle Zweige mit denselben Einstellungen.</translation>
    </message>
    <message>
        <source>The figure cannot have this size</source>
        <translation>Diese Größe ist für die Abbildung nicht möglich</translation>
    </message>
    <message>
        <source>width and height are between %1 and %2 mm</source>
        <translation>Breite und Höhe liegen zwischen %1 und %2 mm</translation>
    </message>
</context>
<context>
    <name>LayerMap</name>
    <message>
        <source>Output error</source>
        <translation>Ausgabefehler</translation>
    </message>
    <message>
        <source>Weight error</source>
        <translation>Gewichtsfehler</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Nullen</translation>
    </message>
    <message>
        <source>How far the outputs on the calibration text moved, relative to their size</source>
        <translation>Wie weit sich die Ausgaben auf dem Kalibriertext verschoben haben, im Verhältnis zu ihrer Größe</translation>
    </message>
    <message>
        <source>How far the weights moved, relative to their size</source>
        <translation>Wie weit sich die Gewichte verschoben haben, im Verhältnis zu ihrer Größe</translation>
    </message>
    <message>
        <source>Share of the weights that are exactly zero</source>
        <translation>Anteil der Gewichte, die genau null sind</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>Loader</name>
    <message>
        <source>The engine was not found</source>
        <translation>Die Engine wurde nicht gefunden</translation>
    </message>
    <message>
        <source>documents can be opened and edited, but nothing can be computed</source>
        <translation>Dokumente lassen sich öffnen und bearbeiten, aber nichts kann berechnet werden</translation>
    </message>
    <message>
        <source>Install Kelter again, or set KELTER_ENGINE to the path of %1.</source>
        <translation>Installieren Sie Kelter neu oder setzen Sie KELTER_ENGINE auf den Pfad von %1.</translation>
    </message>
    <message>
        <source>Install libtorch (scripts/setup does), or add its folder to LD_LIBRARY_PATH, and start Kelter again.</source>
        <translation>Installieren Sie libtorch (scripts/setup erledigt das) oder fügen Sie seinen Ordner zu LD_LIBRARY_PATH hinzu und starten Sie Kelter neu.</translation>
    </message>
    <message>
        <source>Install the package that holds %1 and start Kelter again.</source>
        <translation>Installieren Sie das Paket, das %1 enthält, und starten Sie Kelter neu.</translation>
    </message>
    <message>
        <source>The engine cannot start: the library %1 is missing</source>
        <translation>Die Engine kann nicht starten: Die Programmbibliothek %1 fehlt</translation>
    </message>
    <message>
        <source>The engine cannot be loaded</source>
        <translation>Die Engine kann nicht geladen werden</translation>
    </message>
    <message>
        <source>Window and engine must be of the same version: install Kelter again.</source>
        <translation>Fenster und Engine müssen dieselbe Version haben: Installieren Sie Kelter neu.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>German</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Französisch</translation>
    </message>
    <message>
        <source>Prose, %1</source>
        <translation>Prosa, %1</translation>
    </message>
    <message>
        <source>calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Stories, essays and how-tos written for Kelter, to calibrate with.</source>
        <translation>Für Kelter geschriebene Geschichten, Essays und Anleitungen, zum Kalibrieren.</translation>
    </message>
    <message>
        <source>Test text, %1</source>
        <translation>Testtext, %1</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>A text the calibration does not know, with the measure that reads it.</source>
        <translation>Ein Text, den die Kalibrierung nicht kennt, mit der Messung, die ihn liest.</translation>
    </message>
    <message>
        <source>240 questions</source>
        <translation>240 Fragen</translation>
    </message>
    <message>
        <source>tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Questions with four choices each, from everyday knowledge to hard ones, with the measure that asks them.</source>
        <translation>Fragen mit je vier Antwortmöglichkeiten, von Alltagswissen bis zu schweren, mit der Messung, die sie stellt.</translation>
    </message>
</context>
<context>
    <name>QuantityText</name>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Word perplexity</source>
        <translation>Wortperplexität</translation>
    </message>
    <message>
        <source>Byte perplexity</source>
        <translation>Byteperplexität</translation>
    </message>
    <message>
        <source>Bits per byte</source>
        <translation>Bits je Byte</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>Gleiches wahrscheinlichstes Token</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>GPU-Speicher</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>Zeit bis zum ersten Token</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Decode</translation>
    </message>
    <message>
        <source>Prefill</source>
        <translation>Prefill</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>Peak on the GPU</source>
        <translation>Spitze auf der GPU</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>peak minus idle</source>
        <translation>Spitze minus Leerlauf</translation>
    </message>
    <message>
        <source>mean of %1 tasks</source>
        <translation>Mittel über %1 Aufgaben</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>higher is better</source>
        <translation>höher ist besser</translation>
    </message>
    <message>
        <source>lower is better</source>
        <translation>niedriger ist besser</translation>
    </message>
    <message>
        <source>logarithmic axis</source>
        <translation>logarithmische Achse</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>nicht verfügbar</translation>
    </message>
    <message>
        <source>infinite</source>
        <translation>unendlich</translation>
    </message>
    <message>
        <source>-infinite</source>
        <translation>−unendlich</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>%1 tasks</source>
        <translation>%1 Aufgaben</translation>
    </message>
    <message>
        <source>different protocol</source>
        <translation>anderes Protokoll</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>whole rows</source>
        <translation>ganze Zeilen</translation>
    </message>
    <message>
        <source>layers %1</source>
        <translation>Schichten %1</translation>
    </message>
    <message>
        <source>−%1 layer</source>
        <translation>−%1 Schicht</translation>
    </message>
    <message>
        <source>−%1 layers</source>
        <translation>−%1 Schichten</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>Magnitude</translation>
    </message>
    <message>
        <source>Against the file</source>
        <translation>Gegenüber der Datei</translation>
    </message>
    <message>
        <source>Against bf16</source>
        <translation>Gegenüber bf16</translation>
    </message>
    <message>
        <source>Bytes on disk</source>
        <translation>Bytes auf der Platte</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Badges</source>
        <translation>Abzeichen</translation>
    </message>
    <message>
        <source>First token (ms)</source>
        <translation>Erstes Token (ms)</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Peak GPU memory</source>
        <translation>GPU-Spitzenspeicher</translation>
    </message>
    <message>
        <source>Peak minus idle</source>
        <translation>Spitze minus Leerlauf</translation>
    </message>
    <message>
        <source>Change of %1</source>
        <translation>Änderung: %1</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>dicht</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>maskiert</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>dünnbesetzt</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>gepackt</translation>
    </message>
    <message>
        <source>narrower</source>
        <translation>schmaler</translation>
    </message>
    <message>
        <source>fewer-layers</source>
        <translation>weniger Schichten</translation>
    </message>
    <message>
        <source>low-rank</source>
        <translation>niedriger Rang</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>expandiert</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>decode</source>
        <translation>Decode</translation>
    </message>
    <message>
        <source>prefill</source>
        <translation>Prefill</translation>
    </message>
    <message>
        <source>log axis, bars from %1</source>
        <translation>log. Achse, Balken ab %1</translation>
    </message>
    <message>
        <source>Decode (tokens/s)</source>
        <translation>Decode (Token/s)</translation>
    </message>
    <message>
        <source>Prefill (tokens/s)</source>
        <translation>Prefill (Token/s)</translation>
    </message>
    <message>
        <source>Energy (J/token)</source>
        <translation>Energie (J/Token)</translation>
    </message>
</context>
<context>
    <name>RunText</name>
    <message>
        <source>layer %1 of %2</source>
        <translation>Schicht %1 von %2</translation>
    </message>
    <message>
        <source>window %1 of %2</source>
        <translation>Fenster %1 von %2</translation>
    </message>
    <message>
        <source>question %1 of %2</source>
        <translation>Frage %1 von %2</translation>
    </message>
    <message>
        <source>document %1 of %2</source>
        <translation>Dokument %1 von %2</translation>
    </message>
    <message>
        <source>round %1 of %2</source>
        <translation>Runde %1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>measure of node</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>step (node)</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>time left unknown</source>
        <translation>Restzeit unbekannt</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n model(s) done</source>
        <translation>
            <numerusform>%1 von %n Modell fertig</numerusform>
            <numerusform>%1 von %n Modellen fertig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n fehlgeschlagen</numerusform>
            <numerusform>%n fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n skipped</source>
        <translation>
            <numerusform>%n übersprungen</numerusform>
            <numerusform>%n übersprungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>%n abgebrochen</numerusform>
            <numerusform>%n abgebrochen</numerusform>
        </translation>
    </message>
    <message>
        <source>Where:</source>
        <translation>Wo:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Warum:</translation>
    </message>
    <message>
        <source>What to try:</source>
        <translation>Abhilfe:</translation>
    </message>
    <message>
        <source>%1 left in this step</source>
        <translation>noch %1 in diesem Schritt</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Expand</source>
        <translation>Expandieren</translation>
    </message>
    <message>
        <source>Decodes every tensor and stores it dense, as papers that speak of an uncompressed model assume.</source>
        <translation>Dekodiert jeden Tensor und speichert ihn dicht, wie es Veröffentlichungen voraussetzen, die von einem unkomprimierten Modell sprechen.</translation>
    </message>
    <message>
        <source>Seconds, and two bytes a weight (four for float32).</source>
        <translation>Sekunden und zwei Byte je Gewicht (vier bei float32).</translation>
    </message>
    <message>
        <source>Nothing: it grows a quantised file. It is here as the baseline that published ratios are stated against.</source>
        <translation>Nichts: Eine quantisierte Datei wird größer. Der Schritt liefert den Bezugswert, auf den sich veröffentlichte Verhältnisse beziehen.</translation>
    </message>
    <message>
        <source>Number format</source>
        <translation>Zahlenformat</translation>
    </message>
    <message>
        <source>The dense format every tensor is stored in afterwards. float32 keeps every decoded weight exactly, the others round it.</source>
        <translation>Das dichte Format, in dem jeder Tensor danach gespeichert ist. float32 behält jedes dekodierte Gewicht exakt, die anderen runden es.</translation>
    </message>
    <message>
        <source>Magnitude pruning</source>
        <translation>Magnitude-Pruning</translation>
    </message>
    <message>
        <source>Sets the weights of smallest absolute value to zero.</source>
        <translation>Setzt die betragsmäßig kleinsten Gewichte auf null.</translation>
    </message>
    <message>
        <source>Seconds: no data, no forward pass. Pruned linears are decoded and stored as dense bfloat16.</source>
        <translation>Sekunden: keine Daten, kein Vorwärtsdurchlauf. Ausgedünnte Gewichtsmatrizen werden dekodiert und dicht in bfloat16 gespeichert.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself: zeros of a dense matrix are stored and multiplied like any number, and a quantised source even grows because pruned linears are kept in bfloat16. 2:4 needs kernels made for it to be faster.</source>
        <translation>Für sich genommen weder Speicher noch Zeit: Nullen einer dichten Matrix werden gespeichert und multipliziert wie jede andere Zahl, und ein quantisiertes Ausgangsmodell wird sogar größer, weil ausgedünnte Gewichtsmatrizen in bfloat16 bleiben. 2:4 ist nur mit eigens dafür gebauten Kerneln schneller.</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Sparsität</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each linear. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>Der Anteil der Gewichte, die in jeder Gewichtsmatrix auf null gesetzt werden. Bei einem Muster N:M ergibt er sich aus dem Muster und entfällt.</translation>
    </message>
    <message>
        <source>share of weights</source>
        <translation>Anteil der Gewichte</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>unstructured sets the smallest weights to zero wherever they are; N:M keeps N of every M consecutive inputs of a row, such as 2:4.</source>
        <translation>unstructured setzt die kleinsten Gewichte auf null, wo immer sie stehen; N:M behält N von je M aufeinanderfolgenden Eingängen einer Zeile, etwa 2:4.</translation>
    </message>
    <message>
        <source>Compared within</source>
        <translation>Verglichen innerhalb von</translation>
    </message>
    <message>
        <source>Where weights compete to stay: within each matrix, within each row, or all linears of the model together. A pattern N:M compares within its M inputs.</source>
        <translation>Worin Gewichte um ihren Verbleib konkurrieren: in jeder Matrix, in jeder Zeile oder in allen Gewichtsmatrizen des Modells gemeinsam. Ein Muster N:M vergleicht innerhalb seiner M Eingänge.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Which layers are pruned, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Welche Schichten ausgedünnt werden, etwa 4:18 (4 bis 17) oder 3+5+7; ein leeres Feld nimmt alle.</translation>
    </message>
    <message>
        <source>Remove layers</source>
        <translation>Schichten entfernen</translation>
    </message>
    <message>
        <source>Removes whole layers, chosen by how little they change what passes through them.</source>
        <translation>Entfernt ganze Schichten, und zwar jene, die am wenigsten verändern, was durch sie hindurchgeht.</translation>
    </message>
    <message>
        <source>One forward pass over the calibration text; none for a list.</source>
        <translation>Ein Vorwärtsdurchlauf über den Kalibrierungstext; keiner bei einer Liste.</translation>
    </message>
    <message>
        <source>Real bytes, memory and time in proportion to the layers removed, with any kernel. Quality falls quickly without training afterwards, and small models bear it badly.</source>
        <translation>Tatsächlich Bytes, Speicher und Zeit im Verhältnis zu den entfernten Schichten, mit jedem Kernel. Ohne anschließendes Training sinkt die Qualität schnell, und kleine Modelle vertragen es schlecht.</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>influence removes the layers that change the residual stream least, angular the block of consecutive layers whose input and output are most alike, list the layers you name. The first two need a text.</source>
        <translation>influence entfernt die Schichten, die den Residualstrom am wenigsten verändern, angular den Block aufeinanderfolgender Schichten, dessen Ein- und Ausgang einander am ähnlichsten sind, list die Schichten, die Sie nennen. Die ersten beiden brauchen einen Text.</translation>
    </message>
    <message>
        <source>Layers removed</source>
        <translation>Entfernte Schichten</translation>
    </message>
    <message>
        <source>How many layers are removed; the model must have more.</source>
        <translation>Wie viele Schichten entfernt werden; das Modell muss mehr haben.</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Remove these</source>
        <translation>Zu entfernende Schichten</translation>
    </message>
    <message>
        <source>The layers removed, numbered from 0 in the model that comes in, such as 21:29 (21 to 28) or 3+5+7.</source>
        <translation>Die entfernten Schichten, im hereinkommenden Modell ab 0 nummeriert, etwa 21:29 (21 bis 28) oder 3+5+7.</translation>
    </message>
    <message>
        <source>Round to nearest</source>
        <translation>Runden auf den nächsten Wert</translation>
    </message>
    <message>
        <source>Rounds each weight to the nearest of 2^bits evenly spaced levels of its group.</source>
        <translation>Rundet jedes Gewicht auf die nächste von 2^bits gleichmäßig verteilten Stufen seiner Gruppe.</translation>
    </message>
    <message>
        <source>Seconds: no data, no forward pass.</source>
        <translation>Sekunden: keine Daten, kein Vorwärtsdurchlauf.</translation>
    </message>
    <message>
        <source>Real bytes on disk and in memory: the codes are stored packed. Writing tokens is bound by memory traffic and becomes faster with fewer bytes; reading a prompt is not.</source>
        <translation>Tatsächlich Bytes auf der Platte und im Speicher: Die Codes werden gepackt abgelegt. Das Schreiben von Token ist durch den Speicherverkehr begrenzt und wird mit weniger Bytes schneller; das Lesen eines Prompts nicht.</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>The width of a code. Scales and zero points come on top: the ledger states the bits that are really stored.</source>
        <translation>Die Breite eines Codes. Skalierungsfaktoren und Nullpunkte kommen hinzu: Die Bilanz nennt die Bits, die wirklich gespeichert werden.</translation>
    </message>
    <message>
        <source>bits a weight</source>
        <translation>Bit je Gewicht</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>How many consecutive inputs of a row share a scale; 0 takes the whole row. Smaller groups are more exact and larger on disk.</source>
        <translation>Wie viele aufeinanderfolgende Eingänge einer Zeile sich einen Skalierungsfaktor teilen; 0 nimmt die ganze Zeile. Kleinere Gruppen sind genauer und größer auf der Platte.</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Raster</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symmetrisch</translation>
    </message>
    <message>
        <source>Centres the grid on 0 and stores no zero point.</source>
        <translation>Zentriert das Raster auf 0 und speichert keinen Nullpunkt.</translation>
    </message>
    <message>
        <source>Scale type</source>
        <translation>Typ der Skala</translation>
    </message>
    <message>
        <source>How each scale is stored.</source>
        <translation>Wie jeder Skalierungsfaktor gespeichert wird.</translation>
    </message>
    <message>
        <source>Which layers are quantised, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Welche Schichten quantisiert werden, etwa 4:18 (4 bis 17) oder 3+5+7; ein leeres Feld nimmt alle.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Opens a model in the format it is stored in; nothing is expanded or converted.</source>
        <translation>Öffnet ein Modell in dem Format, in dem es gespeichert ist; nichts wird expandiert oder umgewandelt.</translation>
    </message>
    <message>
        <source>Opening maps the file; its hash is computed once and remembered.</source>
        <translation>Beim Öffnen wird die Datei in den Speicher abgebildet; ihr Hashwert wird einmal berechnet und gemerkt.</translation>
    </message>
    <message>
        <source>Nothing. Its bytes are the first baseline: every ratio is stated against them.</source>
        <translation>Nichts. Seine Bytes sind der erste Bezugswert: Jedes Verhältnis bezieht sich auf sie.</translation>
    </message>
    <message>
        <source>A GGUF file, a Hugging Face folder, a Kelter folder, or store:NAME for a model of the model store. A relative path starts at the document&apos;s folder.</source>
        <translation>Eine GGUF-Datei, ein Ordner von Hugging Face, ein Kelter-Ordner oder store:NAME für ein Modell aus dem Modellspeicher. Ein relativer Pfad beginnt im Ordner des Dokuments.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Windows of a text for methods that need to see what the model computes (calibration).</source>
        <translation>Fenster eines Textes für Methoden, die sehen müssen, was das Modell berechnet (Kalibrierung).</translation>
    </message>
    <message>
        <source>Tokenising the text once.</source>
        <translation>Der Text wird einmal in Token zerlegt.</translation>
    </message>
    <message>
        <source>Nothing.</source>
        <translation>Nichts.</translation>
    </message>
    <message>
        <source>Text file</source>
        <translation>Textdatei</translation>
    </message>
    <message>
        <source>The file to take text from; resource:demo/prose-en.txt is a text shipped with Kelter.</source>
        <translation>Die Datei, aus der Text genommen wird; resource:demo/prose-en.txt ist ein mit Kelter gelieferter Text.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line.</source>
        <translation>plain nimmt die Datei, wie sie ist; wikitext-lines fügt ihre Zeilen zusammen wie das GPTQ-Protokoll; jsonl nimmt ein Feld jeder Zeile.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>The key of each JSON line that holds the text.</source>
        <translation>Der Schlüssel jeder JSON-Zeile, der den Text enthält.</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Stichproben</translation>
    </message>
    <message>
        <source>How many windows are taken. Fewer are used, with a warning, if the text does not give as many.</source>
        <translation>Wie viele Fenster genommen werden. Gibt der Text nicht so viele her, werden weniger verwendet, mit einer Warnung.</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>The length of each window.</source>
        <translation>Die Länge jedes Fensters.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Multiple-choice questions for methods that optimise against a task.</source>
        <translation>Multiple-Choice-Fragen für Methoden, die auf eine Aufgabe hin optimieren.</translation>
    </message>
    <message>
        <source>Reading the files.</source>
        <translation>Das Lesen der Dateien.</translation>
    </message>
    <message>
        <source>Folder of tasks</source>
        <translation>Ordner der Aufgaben</translation>
    </message>
    <message>
        <source>The folder that task names are looked up in; empty: the data store, which scripts/get-data fills.</source>
        <translation>Der Ordner, in dem die Namen der Aufgaben gesucht werden; leer: der Datenspeicher, den scripts/get-data füllt.</translation>
    </message>
    <message>
        <source>Names of task files in the folder, or files, joined with +; each file holds one question a line as JSON.</source>
        <translation>Namen von Aufgabendateien im Ordner oder Dateien, mit + verbunden; jede Datei enthält je Zeile eine Frage als JSON.</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Begrenzung</translation>
    </message>
    <message>
        <source>Take only the first items of each task; 0 takes all.</source>
        <translation>Nur die ersten Fragen jeder Aufgabe nehmen; 0 nimmt alle.</translation>
    </message>
    <message>
        <source>items</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Examples in the prompt</source>
        <translation>Beispiele im Prompt</translation>
    </message>
    <message>
        <source>Solved questions put before each one. Only 0 exists so far.</source>
        <translation>Gelöste Fragen, die jeder Frage vorangestellt werden. Bisher gibt es nur 0.</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>How surprised the model is by a text: lower is better, 1 is perfect foresight.</source>
        <translation>Wie sehr ein Text das Modell überrascht: Niedriger ist besser, 1 ist vollkommene Voraussicht.</translation>
    </message>
    <message>
        <source>One forward pass over the text.</source>
        <translation>Ein Vorwärtsdurchlauf über den Text.</translation>
    </message>
    <message>
        <source>Nothing. Numbers of different protocols, windows or texts cannot be compared.</source>
        <translation>Nichts. Zahlen aus verschiedenen Protokollen, Fenstern oder Texten sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>The text the model is asked to predict. It should not be the text used for calibration.</source>
        <translation>Der Text, den das Modell vorhersagen soll. Es sollte nicht der Text der Kalibrierung sein.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>How many tokens the model sees at once. A longer window gives a lower perplexity: compare equal windows only.</source>
        <translation>Wie viele Token das Modell auf einmal sieht. Ein längeres Fenster ergibt eine niedrigere Perplexität: Vergleichen Sie nur gleiche Fenster.</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Schrittweite</translation>
    </message>
    <message>
        <source>How far the window moves each time; 0 moves it by its own length, so that windows do not overlap.</source>
        <translation>Wie weit das Fenster jeweils vorrückt; 0 verschiebt es um seine eigene Länge, sodass sich Fenster nicht überlappen.</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Take only the first windows; 0 takes all.</source>
        <translation>Nur die ersten Fenster nehmen; 0 nimmt alle.</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly.</source>
        <translation>exact lässt Aktivierungen so, wie das Modell sie berechnet. int8 rundet sie in Blöcken von 32 auf 8 Bit für Produkte mit Q4_0, Q4_1, Q8_0 und gepackten 4 oder 8 Bit, auf dem Prozessor; andere Gewichte werden exakt multipliziert.</translation>
    </message>
    <message>
        <source>The share of multiple-choice questions for which the model finds the right answer most likely.</source>
        <translation>Der Anteil der Multiple-Choice-Fragen, bei denen das Modell die richtige Antwort für die wahrscheinlichste hält.</translation>
    </message>
    <message>
        <source>One forward pass for each choice of each question.</source>
        <translation>Ein Vorwärtsdurchlauf für jede Antwortmöglichkeit jeder Frage.</translation>
    </message>
    <message>
        <source>Nothing. A difference is only real if it is clearly larger than its paired error.</source>
        <translation>Nichts. Ein Unterschied ist nur echt, wenn er deutlich größer ist als sein gepaarter Fehler.</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>Tokens a second when reading a prompt (prefill) and when writing (decode), and the time to the first token.</source>
        <translation>Token pro Sekunde beim Lesen eines Prompts (Prefill) und beim Schreiben (Decode) sowie die Zeit bis zum ersten Token.</translation>
    </message>
    <message>
        <source>A fresh process loads only this model and runs it; other work on the machine disturbs it.</source>
        <translation>Ein eigener Prozess lädt nur dieses Modell und führt es aus; andere Arbeit auf dem Rechner stört die Messung.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The length of the prompt that is read first.</source>
        <translation>Die Länge des Prompts, der zuerst gelesen wird.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>How many tokens are written after it, one at a time.</source>
        <translation>Wie viele Token danach geschrieben werden, eines nach dem anderen.</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Batch</translation>
    </message>
    <message>
        <source>How many sequences run side by side.</source>
        <translation>Wie viele Sequenzen nebeneinander laufen.</translation>
    </message>
    <message>
        <source>sequences</source>
        <translation>Sequenzen</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>How often it is measured; the median and the spread are reported.</source>
        <translation>Wie oft gemessen wird; angegeben werden Median und Streuung.</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>The most memory a process needs that loads only this model and generates.</source>
        <translation>Der meiste Speicher, den ein Prozess braucht, der nur dieses Modell lädt und Text erzeugt.</translation>
    </message>
    <message>
        <source>A fresh process loads only this model and runs it.</source>
        <translation>Ein eigener Prozess lädt nur dieses Modell und führt es aus.</translation>
    </message>
    <message>
        <source>The length of the prompt that is read while memory is watched.</source>
        <translation>Die Länge des Prompts, der gelesen wird, während der Speicher beobachtet wird.</translation>
    </message>
    <message>
        <source>How many tokens are written after it.</source>
        <translation>Wie viele Token danach geschrieben werden.</translation>
    </message>
    <message>
        <source>Three bit widths</source>
        <translation>Drei Bitbreiten</translation>
    </message>
    <message>
        <source>The same rounding at 3, 4 and 8 bit: what each bit is worth in quality, bytes and speed.</source>
        <translation>Dieselbe Rundung mit 3, 4 und 8 Bit: was jedes Bit an Qualität, Bytes und Geschwindigkeit wert ist.</translation>
    </message>
    <message>
        <source>Remove layers, then 4 bit</source>
        <translation>Schichten entfernen, dann 4 Bit</translation>
    </message>
    <message>
        <source>Two layers out by their influence, then 4 bit in groups of 64, beside 4 bit alone.</source>
        <translation>Zwei Schichten nach ihrem Einfluss entfernt, dann 4 Bit in Gruppen von 64, neben 4 Bit allein.</translation>
    </message>
    <message>
        <source>Group size against bytes</source>
        <translation>Gruppengröße gegen Bytes</translation>
    </message>
    <message>
        <source>One scale for 32, 64 or 192 weights, or for a whole row: exactness against the bits that are really stored.</source>
        <translation>Eine Skala für 32, 64 oder 192 Gewichte oder für eine ganze Zeile: Genauigkeit gegen die wirklich gespeicherten Bits.</translation>
    </message>
    <message>
        <source>Which layers can go?</source>
        <translation>Welche Schichten können weg?</translation>
    </message>
    <message>
        <source>Two neighbouring layers out at five depths: where the model bears it and where it does not.</source>
        <translation>Zwei benachbarte Schichten in fünf Tiefen entfernt: wo das Modell es verträgt und wo nicht.</translation>
    </message>
    <message>
        <source>Three grids at 3 bit</source>
        <translation>Drei Raster mit 3 Bit</translation>
    </message>
    <message>
        <source>The zero inside the range, the zero anywhere, or a stored minimum: one width, three losses.</source>
        <translation>Die Null im Bereich, die Null irgendwo oder ein gespeichertes Minimum: eine Breite, drei Verluste.</translation>
    </message>
    <message>
        <source>Cast</source>
        <translation>Umspeichern</translation>
    </message>
    <message>
        <source>Stores weights in another format by plain rounding, or a pruned matrix without its zeros.</source>
        <translation>Speichert Gewichte durch einfaches Runden in einem anderen Format, oder eine beschnittene Matrix ohne ihre Nullen.</translation>
    </message>
    <message>
        <source>Real bytes on disk and in memory. A bitmap saves against 16 bits from about 7 % of zeros on: 9 bits a weight at 50 %, 2.6 at 90 %.</source>
        <translation>Echte Bytes auf der Platte und im Speicher. Eine Bitmap spart gegenüber 16 Bit ab etwa 7 % Nullen: 9 Bit je Gewicht bei 50 %, 2,6 bei 90 %.</translation>
    </message>
    <message>
        <source>int8 has a scale for each row. nf4, fp4: 4 bits, a scale for 64 weights. fp8: 8-bit floats. mx…: OCP microscaling, a power of two for 32 weights. q…: blocks of GGUF. bitmap and 2:4 store a pruned matrix without its zeros.</source>
        <translation>int8 hat eine Skala je Zeile. nf4, fp4: 4 Bit, eine Skala für 64 Gewichte. fp8: Gleitkommazahlen mit 8 Bit. mx…: OCP-Microscaling, eine Zweierpotenz für 32 Gewichte. q…: Blöcke von GGUF. bitmap und 2:4 speichern eine beschnittene Matrix ohne ihre Nullen.</translation>
    </message>
    <message>
        <source>inputs</source>
        <translation>Eingänge</translation>
    </message>
    <message>
        <source>Inputs kept in 16 bits</source>
        <translation>In 16 Bit behaltene Eingänge</translation>
    </message>
    <message>
        <source>The inputs with the largest weight of a matrix keep their weights, beside int8 rows for the others: below 1 a share of the inputs (at least one), from 1 on their number.</source>
        <translation>Die Eingänge mit den größten Gewichten einer Matrix behalten ihre Gewichte, neben int8-Zeilen für die übrigen: unter 1 ein Anteil der Eingänge (mindestens einer), ab 1 ihre Anzahl.</translation>
    </message>
    <message>
        <source>8-bit float</source>
        <translation>8-Bit-Zahl</translation>
    </message>
    <message>
        <source>e4m3 has 3 bits of mantissa and reaches 448; e5m2 has 2 and reaches 57344.</source>
        <translation>e4m3 hat 3 Bit Mantisse und reicht bis 448, e5m2 hat 2 und reicht bis 57344.</translation>
    </message>
    <message>
        <source>6-bit float</source>
        <translation>6-Bit-Zahl</translation>
    </message>
    <message>
        <source>e2m3 has 3 bits of mantissa and reaches 7.5; e3m2 has 2 and reaches 28.</source>
        <translation>e2m3 hat 3 Bit Mantisse und reicht bis 7,5, e3m2 hat 2 und reicht bis 28.</translation>
    </message>
    <message>
        <source>A scale for each</source>
        <translation>Eine Skala je</translation>
    </message>
    <message>
        <source>What shares a scale: the whole matrix, an output row, or a block of 128 x 128, which must divide the inputs.</source>
        <translation>Was sich eine Skala teilt: die ganze Matrix, eine Ausgabezeile oder ein Block von 128 x 128, der die Eingänge teilen muss.</translation>
    </message>
    <message>
        <source>Double quantization</source>
        <translation>Doppelte Quantisierung</translation>
    </message>
    <message>
        <source>Stores the scales themselves in 8 bits: 4.13 instead of 4.5 bits a weight.</source>
        <translation>Speichert auch die Skalen in 8 Bit: 4,13 statt 4,5 Bit je Gewicht.</translation>
    </message>
    <message>
        <source>Kept values</source>
        <translation>Behaltene Werte</translation>
    </message>
    <message>
        <source>exact takes the smallest number format that loses nothing; the others round the kept weights.</source>
        <translation>exact nimmt das kleinste Zahlenformat, das nichts verliert; die anderen runden die behaltenen Gewichte.</translation>
    </message>
    <message>
        <source>How many neighbouring inputs, kept or not, share the scale of their 4-bit values; 0 takes the whole row.</source>
        <translation>Wie viele benachbarte Eingänge, behalten oder nicht, sich die Skala ihrer 4-Bit-Werte teilen; 0 nimmt die ganze Zeile.</translation>
    </message>
    <message>
        <source>Embedding and head too</source>
        <translation>Auch Einbettung und Kopf</translation>
    </message>
    <message>
        <source>Casts the token embedding and the head as well, not only the linears of the layers.</source>
        <translation>Speichert auch die Token-Einbettung und den Kopf um, nicht nur die linearen Abbildungen der Schichten.</translation>
    </message>
    <message>
        <source>Which layers are cast, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Welche Schichten umgespeichert werden, etwa 4:18 (4 bis 17) oder 3+5+7; leer nimmt alle.</translation>
    </message>
    <message>
        <source>Whose grid is used; the method of that name is not run. gptq is the grid of GPTQ&apos;s code, with an integer zero point and a range that holds 0; awq that of AWQ&apos;s code, which does not force 0 into the range; minmax stores the minimum itself, in the scale type.</source>
        <translation>Wessen Raster benutzt wird; das Verfahren dieses Namens läuft nicht. gptq ist das Raster aus dem Code von GPTQ, mit ganzzahligem Nullpunkt und einem Bereich, der die 0 enthält; awq das aus dem Code von AWQ, das die 0 nicht in den Bereich zwingt; minmax speichert das Minimum selbst, im Typ der Skalen.</translation>
    </message>
    <message>
        <source>gptq, as in the GPTQ paper, averages over whole windows; llamacpp scores the second half of each; document goes document by document and counts words and bytes.</source>
        <translation>gptq mittelt wie im GPTQ-Artikel über ganze Fenster; llamacpp bewertet die zweite Hälfte eines jeden; document geht Dokument für Dokument vor und zählt Wörter und Bytes.</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Sets the weights to zero that matter least for the inputs of a calibration text.</source>
        <translation>Setzt die Gewichte auf null, auf die es bei den Eingaben eines Kalibrierungstextes am wenigsten ankommt.</translation>
    </message>
    <message>
        <source>Two forward passes over the calibration text; no gradient, no Hessian. Pruned linears are decoded and stored as dense bfloat16.</source>
        <translation>Zwei Vorwärtsläufe über den Kalibrierungstext; kein Gradient, keine Hesse-Matrix. Beschnittene Matrizen werden dekodiert und dicht in bfloat16 gespeichert.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself: the zeros are stored. format.cast to=bitmap or to=2:4 behind it stores the kept weights alone.</source>
        <translation>Für sich weder Speicher noch Zeit: Die Nullen werden gespeichert. format.cast to=bitmap oder to=2:4 dahinter speichert nur die bleibenden Gewichte.</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each row of each linear. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>Der Anteil der Gewichte, die in jeder Zeile jeder Matrix null werden. Bei einem Muster N:M folgt er aus dem Muster und entfällt.</translation>
    </message>
    <message>
        <source>unstructured sets the weights of least score in a row to zero wherever they are; N:M keeps N of every M consecutive inputs of a row, such as 2:4, 1:4 or 4:8.</source>
        <translation>unstructured setzt die Gewichte mit der kleinsten Bewertung einer Zeile auf null, wo immer sie stehen; N:M behält N von je M aufeinanderfolgenden Eingängen einer Zeile, etwa 2:4, 1:4 oder 4:8.</translation>
    </message>
    <message>
        <source>Threshold of a row</source>
        <translation>Schwelle einer Zeile</translation>
    </message>
    <message>
        <source>count sets the same number of weights to zero in every row. searched is the variant of the paper&apos;s code: every row loses the same share of its summed scores, and that share is searched so that the whole matrix has the sparsity asked for, within 0.1 %. A pattern N:M ignores it.</source>
        <translation>count setzt in jeder Zeile gleich viele Gewichte auf null. searched ist die Variante aus dem Code des Artikels: Jede Zeile verliert denselben Anteil der Summe ihrer Bewertungen, und dieser wird so gesucht, dass die ganze Matrix auf 0,1 % genau so dünn besetzt ist wie verlangt. Ein Muster N:M übergeht das.</translation>
    </message>
    <message>
        <source>SparseGPT</source>
        <translation>SparseGPT</translation>
    </message>
    <message>
        <source>Prunes column by column and lets the weights not yet reached make up for what is lost, on the inputs of a calibration text.</source>
        <translation>Beschneidet Spalte für Spalte und lässt die noch nicht erreichten Gewichte den Verlust ausgleichen, an den Eingaben eines Kalibrierungstextes.</translation>
    </message>
    <message>
        <source>Two forward passes over the calibration text, a Hessian and its inverse for each input of a layer, and one pass over the columns of each linear.</source>
        <translation>Zwei Vorwärtsläufe über den Kalibrierungstext, eine Hesse-Matrix und ihre Inverse für jede Eingabe einer Schicht und ein Gang über die Spalten jeder Matrix.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself, unless it rounds: the zeros are stored. format.cast to=bitmap or to=2:4 behind it stores the kept weights alone.</source>
        <translation>Für sich weder Speicher noch Zeit, außer es wird gerundet: Die Nullen werden gespeichert. format.cast to=bitmap oder to=2:4 dahinter speichert nur die bleibenden Gewichte.</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each block of columns, over all rows together. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>Der Anteil der Gewichte, die in jedem Block von Spalten null werden, über alle Zeilen zusammen. Bei einem Muster N:M folgt er aus dem Muster und entfällt.</translation>
    </message>
    <message>
        <source>unstructured sets weights to zero wherever they matter least; N:M keeps N of every M consecutive inputs of a row, such as 2:4, 1:4 or 4:8.</source>
        <translation>unstructured setzt Gewichte auf null, wo immer es am wenigsten auf sie ankommt; N:M behält N von je M aufeinanderfolgenden Eingängen einer Zeile, etwa 2:4, 1:4 oder 4:8.</translation>
    </message>
    <message>
        <source>16 leaves the kept weights as they are; fewer rounds them in the same go, on one grid a row, and stores them packed. The zeros stay.</source>
        <translation>16 lässt die bleibenden Gewichte, wie sie sind; weniger rundet sie im selben Gang, auf einem Raster je Zeile, und speichert sie gepackt. Die Nullen bleiben.</translation>
    </message>
    <message>
        <source>True sequential</source>
        <translation>Streng nacheinander</translation>
    </message>
    <message>
        <source>Within a layer one after the other: query, key and value first, then the output of attention, then gate and up, then down, each with the inputs that the changed ones before it give. Takes two and a half times the forward passes.</source>
        <translation>Innerhalb einer Schicht nacheinander: zuerst query, key und value, dann die Ausgabe der Attention, dann gate und up, dann down, jeweils mit den Eingaben, die die geänderten davor liefern. Braucht zweieinhalbmal so viele Vorwärtsläufe.</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>Dämpfung</translation>
    </message>
    <message>
        <source>Added to the diagonal of the Hessian, so that it can be inverted. Where it is too little for the text, more is used and said in a warning.</source>
        <translation>Kommt zur Diagonale der Hesse-Matrix, damit sie sich invertieren lässt. Wo es für den Text zu wenig ist, wird mehr genommen und in einer Warnung genannt.</translation>
    </message>
    <message>
        <source>share of the mean diagonal</source>
        <translation>Anteil der mittleren Diagonale</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>How many columns are done before the rest of the row is updated. Without a pattern it is also what competes: the sparsity is met in every block.</source>
        <translation>Wie viele Spalten erledigt werden, bevor der Rest der Zeile nachgeführt wird. Ohne Muster ist es auch das, was sich vergleicht: Jeder Block hat die verlangte Dünnbesetzung.</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Rounds column by column and lets the weights not yet rounded make up for it, on the inputs of a calibration text.</source>
        <translation>Rundet Spalte für Spalte und lässt die noch nicht gerundeten Gewichte es ausgleichen, an den Eingaben eines Kalibrierungstextes.</translation>
    </message>
    <message>
        <source>The codes are stored packed as those of quant.rtn, in the same bytes. Quality is the same or better, most at 3 bits and fewer.</source>
        <translation>Die Codes werden gepackt gespeichert wie die von quant.rtn, in denselben Bytes. Die Güte ist gleich oder besser, am meisten bei 3 Bit und weniger.</translation>
    </message>
    <message>
        <source>Act-order</source>
        <translation>Act-order</translation>
    </message>
    <message>
        <source>Rounds the columns of the strongest inputs first, when most others can still make up for them. Groups then are of inputs of like strength, and the order of the columns is stored, unless groups are static.</source>
        <translation>Rundet die Spalten der stärksten Eingänge zuerst, solange die meisten anderen sie noch ausgleichen können. Gruppen sind dann solche ähnlich starker Eingänge, und die Reihenfolge der Spalten wird gespeichert, außer bei festen Gruppen.</translation>
    </message>
    <message>
        <source>Static groups</source>
        <translation>Feste Gruppen</translation>
    </message>
    <message>
        <source>Takes all scales from the weights as they are at first. With act-order the columns then keep their places.</source>
        <translation>Nimmt alle Skalen von den Gewichten, wie sie anfangs sind. Mit Act-order behalten die Spalten dann ihre Plätze.</translation>
    </message>
    <message>
        <source>Search ranges</source>
        <translation>Bereiche suchen</translation>
    </message>
    <message>
        <source>Tries 80 shrunk ranges for each group and takes the one of least |error|^2.4. Slower.</source>
        <translation>Versucht für jede Gruppe 80 verkleinerte Bereiche und nimmt den mit dem kleinsten |Fehler|^2.4. Langsamer.</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Nullen</translation>
    </message>
    <message>
        <source>Whether weights that are zero before stay zero. auto keeps them in linears of which at least a tenth is zero, which were pruned. The grid minmax has no code for 0 and cannot keep them.</source>
        <translation>Ob Gewichte, die vorher null sind, null bleiben. auto behält sie in Matrizen, von denen mindestens ein Zehntel null ist, die also beschnitten wurden. Das Raster minmax hat keinen Code für 0 und kann sie nicht behalten.</translation>
    </message>
    <message>
        <source>How many columns are done before the rest of the row is updated. Groups smaller than it take their scales from weights that it has not updated yet.</source>
        <translation>Wie viele Spalten erledigt werden, bevor der Rest der Zeile nachgeführt wird. Kleinere Gruppen nehmen ihre Skalen von Gewichten, die er noch nicht nachgeführt hat.</translation>
    </message>
    <message>
        <source>How much can be pruned?</source>
        <translation>Wie viel lässt sich beschneiden?</translation>
    </message>
    <message>
        <source>Weights to zero, from 10 to 70 percent, by their size alone and by what a text does with them: where quality breaks, and why the file does not shrink.</source>
        <translation>Gewichte auf null, von 10 bis 70 Prozent, nach ihrer Größe allein und nach dem, was ein Text mit ihnen macht: wo die Güte bricht und warum die Datei nicht schrumpft.</translation>
    </message>
    <message>
        <source>Wanda 50 % and SparseGPT 2:4</source>
        <translation>Wanda 50 % und SparseGPT 2:4</translation>
    </message>
    <message>
        <source>Pruning that looks at what a text does to the model, beside pruning by size alone; the kept weights stored without the zeros.</source>
        <translation>Beschneiden, das auf die Wirkung eines Textes im Modell schaut, neben dem nach der Größe allein; die bleibenden Gewichte ohne die Nullen gespeichert.</translation>
    </message>
    <message>
        <source>GPTQ 4 bit g64 and 3 bit g64</source>
        <translation>GPTQ 4 Bit g64 und 3 Bit g64</translation>
    </message>
    <message>
        <source>The same bits, with and without a text: rounding to nearest, and GPTQ, which makes the weights not yet rounded pay for those that are.</source>
        <translation>Dieselben Bits, mit und ohne Text: Runden zum nächsten, und GPTQ, bei dem die noch nicht gerundeten Gewichte für die gerundeten aufkommen.</translation>
    </message>
    <message>
        <source>Wanda then GPTQ, GPTQ then Wanda</source>
        <translation>Wanda, dann GPTQ; GPTQ, dann Wanda</translation>
    </message>
    <message>
        <source>Pruning and quantizing in both orders. GPTQ keeps the zeros it finds; pruning afterwards stores dense numbers again.</source>
        <translation>Beschneiden und Quantisieren in beiden Reihenfolgen. GPTQ behält die Nullen, die es findet; Beschneiden danach speichert wieder dichte Zahlen.</translation>
    </message>
    <message>
        <source>plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line; chat writes the conversation of each JSON line (messages with role and content, prompt and completion, or instruction and output) as the model&apos;s chat template says.</source>
        <translation>plain nimmt die Datei, wie sie ist; wikitext-lines fügt ihre Zeilen zusammen wie das GPTQ-Protokoll; jsonl nimmt ein Feld jeder Zeile; chat schreibt das Gespräch jeder JSON-Zeile (messages mit role und content, prompt und completion oder instruction und output), wie es die Gesprächsvorlage des Modells vorgibt.</translation>
    </message>
    <message>
        <source>sequential takes windows that do not overlap from the start of the text, tokenised once as a whole; random takes windows at random places; published draws them as the code of GPTQ, SparseGPT and Wanda does after random.seed(seed): each from a random line (jsonl, chat) or the whole text, with the special tokens of the tokenizer; packed puts the samples of all lines one behind the other, with the end token between two of them, and cuts windows from that; packed-random does so in a random order. Choose a packed one for many short samples.</source>
        <translation>sequential nimmt Fenster ohne Überlappung vom Anfang des als Ganzes zerlegten Textes; random nimmt Fenster an zufälligen Stellen; published zieht sie wie der Code von GPTQ, SparseGPT und Wanda nach random.seed(seed): jedes aus einer zufälligen Zeile (jsonl, chat) oder dem ganzen Text, mit den besonderen Tokens des Tokenizers; packed reiht die Beispiele aller Zeilen aneinander, zwischen je zweien das Endtoken, und schneidet daraus Fenster; packed-random tut das in zufälliger Reihenfolge. Für viele kurze Beispiele eignet sich eines der beiden letzten.</translation>
    </message>
    <message>
        <source>Chooses the random places, or the order. The same seed gives the same windows on every machine.</source>
        <translation>Bestimmt die zufälligen Stellen oder die Reihenfolge. Derselbe Startwert ergibt auf jedem Rechner dieselben Fenster.</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>window %1</source>
        <translation>Fenster %1</translation>
    </message>
    <message>
        <source>stride %1</source>
        <translation>Schrittweite %1</translation>
    </message>
    <message>
        <source>%1 windows</source>
        <translation>%1 Fenster</translation>
    </message>
    <message>
        <source>%1-shot</source>
        <translation>%1-shot</translation>
    </message>
    <message>
        <source>%1 + %2 tokens</source>
        <translation>%1 + %2 Token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>batch %1</source>
        <translation>Batch %1</translation>
    </message>
</context>
<context>
    <name>ValueText</name>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>%1 is there twice.</source>
        <translation>%1 kommt doppelt vor.</translation>
    </message>
    <message>
        <source>Write the values, separated by spaces.</source>
        <translation>Geben Sie die Werte ein, durch Leerzeichen getrennt.</translation>
    </message>
    <message>
        <source>Write a whole number, such as 4.</source>
        <translation>Geben Sie eine ganze Zahl ein, etwa 4.</translation>
    </message>
    <message>
        <source>Write a number, such as %1.</source>
        <translation>Geben Sie eine Zahl ein, etwa %1.</translation>
    </message>
    <message>
        <source>%1 to less than %2</source>
        <translation>%1 bis unter %2</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>less than %1</source>
        <translation>kleiner als %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>all layers</source>
        <translation>alle Schichten</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 Schicht</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 Schichten</translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <translation>„%1“: %2</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>Erlaubt: %1.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::BranchLegend</name>
    <message>
        <source>Branches</source>
        <translation>Zweige</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasEditor</name>
    <message>
        <source>%1 steps</source>
        <translation>%1 Schritte</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>Insert %1</source>
        <translation>%1 einfügen</translation>
    </message>
    <message>
        <source>Link %1 to %2</source>
        <translation>%1 mit %2 verbinden</translation>
    </message>
    <message>
        <source>Re-route a link to %1</source>
        <translation>Verbindung auf %1 umlegen</translation>
    </message>
    <message>
        <source>a link</source>
        <translation>eine Verbindung</translation>
    </message>
    <message>
        <source>%1 links</source>
        <translation>%1 Verbindungen</translation>
    </message>
    <message>
        <source>a note</source>
        <translation>eine Notiz</translation>
    </message>
    <message>
        <source>%1 notes</source>
        <translation>%1 Notizen</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>Branch %1</source>
        <translation>Zweig von %1 anlegen</translation>
    </message>
    <message>
        <source>This step cannot be bypassed: it has no input to pass through.</source>
        <translation>Dieser Schritt kann nicht überbrückt werden: Er hat keinen Eingang, der weitergegeben werden könnte.</translation>
    </message>
    <message>
        <source>Bypass %1</source>
        <translation>%1 überbrücken</translation>
    </message>
    <message>
        <source>Use %1 again</source>
        <translation>%1 nicht mehr überbrücken</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>%1 gruppieren</translation>
    </message>
    <message>
        <source>Ungroup</source>
        <translation>Gruppierung aufheben</translation>
    </message>
    <message>
        <source>The clipboard holds no steps.</source>
        <translation>Die Zwischenablage enthält keine Schritte.</translation>
    </message>
    <message>
        <source>Paste %1</source>
        <translation>%1 einfügen</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Move %1</source>
        <translation>%1 verschieben</translation>
    </message>
    <message>
        <source>Align %1</source>
        <translation>%1 ausrichten</translation>
    </message>
    <message>
        <source>Distribute %1</source>
        <translation>%1 verteilen</translation>
    </message>
    <message>
        <source>Auto-layout</source>
        <translation>Automatisch anordnen</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>%1 umbenennen</translation>
    </message>
    <message>
        <source>Rename a group</source>
        <translation>Eine Gruppe umbenennen</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>Eine Notiz hinzufügen</translation>
    </message>
    <message>
        <source>Edit a note</source>
        <translation>Eine Notiz bearbeiten</translation>
    </message>
    <message>
        <source>Resize a note</source>
        <translation>Größe einer Notiz ändern</translation>
    </message>
    <message>
        <source>Set up %1</source>
        <translation>%1 einrichten</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasPanel</name>
    <message>
        <source>Canvas</source>
        <translation>Arbeitsfläche</translation>
    </message>
    <message>
        <source>Start with a model</source>
        <translation>Mit einem Modell beginnen</translation>
    </message>
    <message>
        <source>Drop a GGUF file or a model folder here, drag a step from the library,
or press Tab to add a step by its name.</source>
        <translation>Legen Sie eine GGUF-Datei oder einen Modellordner hier ab, ziehen Sie einen Schritt aus der Bibliothek
oder fügen Sie mit Tab einen Schritt nach seinem Namen hinzu.</translation>
    </message>
    <message>
        <source>Add a step</source>
        <translation>Schritt hinzufügen</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>Nicht mehr überbrücken</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Überbrücken</translation>
    </message>
    <message>
        <source>Add a step behind %1</source>
        <translation>Schritt hinter %1 hinzufügen</translation>
    </message>
    <message>
        <source>Add a step in front of %1</source>
        <translation>Schritt vor %1 hinzufügen</translation>
    </message>
    <message>
        <source>Search steps</source>
        <translation>Schritte suchen</translation>
    </message>
    <message>
        <source>Insert a step into this link</source>
        <translation>Schritt in diese Verbindung einfügen</translation>
    </message>
    <message>
        <source>There is nothing %1 could be linked to.</source>
        <translation>Es gibt nichts, womit %1 verbunden werden könnte.</translation>
    </message>
    <message>
        <source>Link %1</source>
        <translation>%1 verbinden</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>Text der Notiz</translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Name der Gruppe</translation>
    </message>
    <message>
        <source>Name of the step</source>
        <translation>Name des Schritts</translation>
    </message>
    <message>
        <source>Insert a step…</source>
        <translation>Schritt einfügen…</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Arrange</source>
        <translation>Anordnen</translation>
    </message>
    <message>
        <source>A double-click or Enter in the library adds a step behind the selected one and links it.
Drag from a port to a free place to choose what follows.</source>
        <translation>Ein Doppelklick oder die Eingabetaste in der Bibliothek fügt einen Schritt hinter dem gewählten an und verbindet ihn.
Ziehen Sie von einem Anschluss an eine freie Stelle, um zu wählen, was folgt.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasText</name>
    <message>
        <source>To %1</source>
        <translation>Zu %1</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>Von %1</translation>
    </message>
    <message>
        <source>The canvas is empty. Drop a model here or press Tab to add a step.</source>
        <translation>Die Arbeitsfläche ist leer. Legen Sie hier ein Modell ab oder drücken Sie Tab, um einen Schritt hinzuzufügen.</translation>
    </message>
    <message>
        <source>; goes to %1</source>
        <translation>; geht zu %1</translation>
    </message>
    <message>
        <source>Note: %1</source>
        <translation>Notiz: %1</translation>
    </message>
    <message>
        <source>Group %1: %2.</source>
        <translation>Gruppe %1: %2.</translation>
    </message>
    <message>
        <source>A group: drag its title to move its steps, double-click to rename it</source>
        <translation>Eine Gruppe: Am Titel ziehen, um ihre Schritte zu verschieben; doppelklicken, um sie umzubenennen</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>%1 has no input.</source>
        <translation>%1 hat keinen Eingang.</translation>
    </message>
    <message>
        <source>%1 has no output.</source>
        <translation>%1 hat keinen Ausgang.</translation>
    </message>
    <message>
        <source>A model</source>
        <translation>Ein Modell</translation>
    </message>
    <message>
        <source>A text</source>
        <translation>Ein Text</translation>
    </message>
    <message>
        <source>A set of tasks</source>
        <translation>Eine Aufgabensammlung</translation>
    </message>
    <message>
        <source>A record</source>
        <translation>Ein Messdatensatz</translation>
    </message>
    <message>
        <source>a model input</source>
        <translation>einen Modelleingang</translation>
    </message>
    <message>
        <source>a text input</source>
        <translation>einen Texteingang</translation>
    </message>
    <message>
        <source>a tasks input</source>
        <translation>einen Aufgabeneingang</translation>
    </message>
    <message>
        <source>a record input</source>
        <translation>einen Eingang für Messdaten</translation>
    </message>
    <message>
        <source>%1 cannot go into %2.</source>
        <extracomment>%1 is &quot;A text&quot;, %2 is &quot;a model input&quot;</extracomment>
        <translation>%1 passt nicht in %2.</translation>
    </message>
    <message>
        <source>The ports of this step are not known: no plugin here describes it.</source>
        <translation>Die Anschlüsse dieses Schritts sind nicht bekannt: Kein hier installiertes Plugin beschreibt ihn.</translation>
    </message>
    <message>
        <source>A step cannot feed itself.</source>
        <translation>Ein Schritt kann sich nicht selbst speisen.</translation>
    </message>
    <message>
        <source>These two are linked already.</source>
        <translation>Diese beiden sind schon verbunden.</translation>
    </message>
    <message>
        <source>This would make a circle: %1 needs the result of %2.</source>
        <translation>Das ergäbe einen Kreis: %1 braucht das Ergebnis von %2.</translation>
    </message>
    <message>
        <source>A link goes from an output to an input; these are two inputs.</source>
        <translation>Eine Verbindung führt von einem Ausgang zu einem Eingang; dies sind zwei Eingänge.</translation>
    </message>
    <message>
        <source>A link goes from an output to an input; these are two outputs.</source>
        <translation>Eine Verbindung führt von einem Ausgang zu einem Eingang; dies sind zwei Ausgänge.</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>dicht</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>maskiert</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>dünnbesetzt</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>gepackt</translation>
    </message>
    <message>
        <source>narrower</source>
        <translation>schmaler</translation>
    </message>
    <message>
        <source>fewer layers</source>
        <translation>weniger Schichten</translation>
    </message>
    <message>
        <source>low rank</source>
        <translation>niedriger Rang</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>expandiert</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>%1: not set</source>
        <translation>%1: nicht gesetzt</translation>
    </message>
    <message>
        <source>no plugin for this step</source>
        <translation>kein Plugin für diesen Schritt</translation>
    </message>
    <message>
        <source>a model</source>
        <translation>ein Modell</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>einen Text</translation>
    </message>
    <message>
        <source>tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>a record</source>
        <translation>einen Messdatensatz</translation>
    </message>
    <message>
        <source>%1: this step is not known to have such a port</source>
        <translation>%1: Von diesem Schritt ist kein solcher Anschluss bekannt</translation>
    </message>
    <message>
        <source>Output %1: gives %2</source>
        <translation>Ausgang %1: liefert %2</translation>
    </message>
    <message>
        <source>Input %1: takes %2</source>
        <translation>Eingang %1: nimmt %2</translation>
    </message>
    <message>
        <source>%1, several links</source>
        <translation>%1, mehrere Verbindungen</translation>
    </message>
    <message>
        <source>%1, needed</source>
        <translation>%1, erforderlich</translation>
    </message>
    <message>
        <source>%1 copies of a sweep</source>
        <translation>%1 Kopien einer Variation</translation>
    </message>
    <message>
        <source>bypassed: what comes in goes out unchanged</source>
        <translation>überbrückt: Was hineinkommt, geht unverändert weiter</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>bypassed</source>
        <translation>überbrückt</translation>
    </message>
    <message>
        <source>small</source>
        <extracomment>Translate as &quot;small&quot; if a label inside a line starts with a small letter in this language, else as &quot;keep&quot;.</extracomment>
        <translation>keep</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 Schichten</translation>
    </message>
    <message>
        <source>not ready: something is missing</source>
        <translation>nicht bereit: etwas fehlt</translation>
    </message>
    <message>
        <source>not run yet</source>
        <translation>noch nicht ausgeführt</translation>
    </message>
    <message>
        <source>stale: its result was made with other settings or inputs</source>
        <translation>veraltet: Das Ergebnis entstand mit anderen Einstellungen oder Eingängen</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>eingereiht</translation>
    </message>
    <message>
        <source>running, %1 %</source>
        <translation>läuft, %1&#xa0;%</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>skipped: what it needs failed</source>
        <translation>übersprungen: Was gebraucht wird, ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done, on another machine</source>
        <translation>fertig, auf einem anderen Rechner</translation>
    </message>
    <message>
        <source>done, from the cache</source>
        <translation>fertig, aus dem Cache</translation>
    </message>
    <message>
        <source>done, computed</source>
        <translation>fertig, berechnet</translation>
    </message>
    <message>
        <source>Add a step…</source>
        <translation>Schritt hinzufügen…</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>Notiz hinzufügen</translation>
    </message>
    <message>
        <source>Link to…</source>
        <translation>Verbinden mit…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Run to here</source>
        <translation>Bis hierher ausführen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Ausschneiden</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Zweig anlegen</translation>
    </message>
    <message>
        <source>Once more with the same inputs, to try other settings beside it</source>
        <translation>Noch einmal mit denselben Eingängen, um daneben andere Einstellungen zu erproben</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Überbrücken</translation>
    </message>
    <message>
        <source>Let what comes in go out unchanged</source>
        <translation>Was hineinkommt, unverändert weitergeben</translation>
    </message>
    <message>
        <source>Group the selection</source>
        <translation>Auswahl gruppieren</translation>
    </message>
    <message>
        <source>Ungroup</source>
        <translation>Gruppierung aufheben</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Align left edges</source>
        <translation>Linke Kanten ausrichten</translation>
    </message>
    <message>
        <source>Align top edges</source>
        <translation>Obere Kanten ausrichten</translation>
    </message>
    <message>
        <source>Align centres in a row</source>
        <translation>Mitten in einer Zeile ausrichten</translation>
    </message>
    <message>
        <source>Align centres in a column</source>
        <translation>Mitten in einer Spalte ausrichten</translation>
    </message>
    <message>
        <source>Distribute from left to right</source>
        <translation>Von links nach rechts verteilen</translation>
    </message>
    <message>
        <source>Distribute from top to bottom</source>
        <translation>Von oben nach unten verteilen</translation>
    </message>
    <message>
        <source>Auto-layout</source>
        <translation>Automatisch anordnen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom to 100 %</source>
        <translation>Auf 100&#xa0;% zoomen</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show the whole canvas</source>
        <translation>Die ganze Arbeitsfläche zeigen</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Canvas. Steps: %1, links: %2.</source>
        <translation>Arbeitsfläche. Schritte: %1, Verbindungen: %2.</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 Schicht</translation>
    </message>
    <message>
        <source>Show the tensors</source>
        <translation>Tensoren zeigen</translation>
    </message>
    <message>
        <source>What the model consists of: names, shapes, formats, bytes</source>
        <translation>Woraus das Modell besteht: Namen, Formen, Formate, Bytes</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Arbeitsfläche</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatColumn</name>
    <message>
        <source>Text of %1</source>
        <translation>Text von %1</translation>
    </message>
    <message>
        <source>What %1 writes</source>
        <translation>Was %1 schreibt</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>veraltet: mit anderen Einstellungen entstanden</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n Token</numerusform>
            <numerusform>%n Token</numerusform>
        </translation>
    </message>
    <message>
        <source>reads the prompt …</source>
        <translation>liest den Prompt …</translation>
    </message>
    <message>
        <source>writes …</source>
        <translation>schreibt …</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>first token after %1</source>
        <translation>erstes Token nach %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>What it writes appears here.</source>
        <translation>Hier erscheint, was es schreibt.</translation>
    </message>
    <message>
        <source>the model ended the text</source>
        <translation>das Modell hat den Text beendet</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatPanel</name>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>No model to try yet.

Run the document: every model it makes can be tried here, side by side.</source>
        <translation>Noch kein Modell zum Ausprobieren.

Führen Sie das Dokument aus: Jedes Modell, das dabei entsteht, lässt sich hier ausprobieren, Seite an Seite.</translation>
    </message>
    <message>
        <source>The capital of France is</source>
        <translation>The capital of France is</translation>
    </message>
    <message>
        <source>The beginning of a text for the models to continue …</source>
        <translation>Der Anfang eines Textes, den die Modelle fortsetzen …</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Which models to try</source>
        <translation>Auszuprobierende Modelle</translation>
    </message>
    <message>
        <source>Most likely token</source>
        <translation>Wahrscheinlichstes Token</translation>
    </message>
    <message>
        <source>Draw tokens</source>
        <translation>Token ziehen</translation>
    </message>
    <message>
        <source>How tokens are chosen</source>
        <translation>Wie Token gewählt werden</translation>
    </message>
    <message>
        <source>The most likely token each time (greedy), or tokens drawn at a temperature with the same seed for all</source>
        <translation>Jedes Mal das wahrscheinlichste Token (greedy) oder bei einer Temperatur gezogene Token, mit demselben Startwert für alle</translation>
    </message>
    <message>
        <source>temperature </source>
        <translation>Temperatur </translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>seed </source>
        <translation>Startwert </translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>at most </source>
        <translation>höchstens </translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>Most tokens to write</source>
        <translation>Höchstzahl zu schreibender Token</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Let every model continue the prompt</source>
        <translation>Jedes Modell den Prompt fortsetzen lassen</translation>
    </message>
    <message>
        <source>Let every model continue the prompt (Ctrl+Return)</source>
        <translation>Jedes Modell den Prompt fortsetzen lassen (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>Schreiben anhalten</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n model(s)</source>
        <translation>
            <numerusform>%1 von %n Modell</numerusform>
            <numerusform>%1 von %n Modellen</numerusform>
        </translation>
    </message>
    <message>
        <source>waiting for the engine to load</source>
        <translation>wartet, bis die Engine geladen ist</translation>
    </message>
    <message>
        <source>waiting for a pause of the run</source>
        <translation>wartet auf eine Pause des Laufs</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>the same text as %1</source>
        <translation>derselbe Text wie %1</translation>
    </message>
    <message numerus="yes">
        <source>differs from %1 after %n character(s)</source>
        <translation>
            <numerusform>weicht nach %n Zeichen von %1 ab</numerusform>
            <numerusform>weicht nach %n Zeichen von %1 ab</numerusform>
        </translation>
    </message>
    <message>
        <source>All models</source>
        <translation>Alle Modelle</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Type a command, a step or a node</source>
        <translation>Befehl, Schritt oder Knoten eingeben</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>Gefundene Befehle</translation>
    </message>
    <message>
        <source>Nothing is called that</source>
        <translation>Nichts trägt diesen Namen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CostBox</name>
    <message>
        <source>time unknown</source>
        <translation>Zeit unbekannt</translation>
    </message>
    <message>
        <source>at least %1, a part is unknown</source>
        <translation>mindestens %1, ein Teil ist unbekannt</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>peak %1</source>
        <translation>Spitze %1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 auf der Platte</translation>
    </message>
    <message>
        <source>working out the cost …</source>
        <translation>Aufwand wird ermittelt …</translation>
    </message>
    <message>
        <source>This edit re-runs %1 of %2 steps</source>
        <translation>Diese Änderung führt %1 von %2 Schritten neu aus</translation>
    </message>
    <message>
        <source>%1 of %2 steps are not computed yet</source>
        <translation>%1 von %2 Schritten sind noch nicht berechnet</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DeviceChoice</name>
    <message>
        <source>Device to compute on</source>
        <translation>Gerät, auf dem gerechnet wird</translation>
    </message>
    <message>
        <source>NVIDIA GPU</source>
        <translation>NVIDIA-GPU</translation>
    </message>
    <message>
        <source>%1 (cannot be used)</source>
        <translation>%1 (nicht nutzbar)</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>The first GPU that can be used, else the processor</source>
        <translation>Die erste nutzbare GPU, sonst der Prozessor</translation>
    </message>
    <message>
        <source>this machine has no such device</source>
        <translation>dieser Rechner hat kein solches Gerät</translation>
    </message>
    <message>
        <source>The chosen device cannot be used; the processor takes its place</source>
        <translation>Das gewählte Gerät ist nicht nutzbar; der Prozessor tritt an seine Stelle</translation>
    </message>
    <message>
        <source>device %1</source>
        <translation>Gerät %1</translation>
    </message>
    <message>
        <source>Choose another device in the run panel.</source>
        <translation>Wählen Sie im Bereich „Lauf“ ein anderes Gerät.</translation>
    </message>
    <message>
        <source>Computes on %1</source>
        <translation>Rechnet auf %1</translation>
    </message>
    <message>
        <source>What runs are computed on</source>
        <translation>Worauf Läufe gerechnet werden</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DockTitle</name>
    <message>
        <source>Float %1</source>
        <translation>%1 lösen</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>%1 schließen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DocumentModel</name>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DocumentPage</name>
    <message>
        <source>Title of the document</source>
        <translation>Titel des Dokuments</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Change the title</source>
        <translation>Titel ändern</translation>
    </message>
    <message>
        <source>1 step</source>
        <translation>1 Schritt</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 Schritte</translation>
    </message>
    <message>
        <source>1 link</source>
        <translation>1 Verbindung</translation>
    </message>
    <message>
        <source>%1 links</source>
        <translation>%1 Verbindungen</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Noch nicht gespeichert</translation>
    </message>
    <message>
        <source>The canvas is empty. Drag a model and a step from the library onto it, or press Enter on one.</source>
        <translation>Die Arbeitsfläche ist leer. Ziehen Sie ein Modell und einen Schritt aus der Bibliothek darauf oder drücken Sie dort die Eingabetaste.</translation>
    </message>
    <message>
        <source>Select a step on the canvas to see its settings and what it costs.</source>
        <translation>Wählen Sie einen Schritt auf der Arbeitsfläche, um seine Einstellungen und seinen Aufwand zu sehen.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DropZone</name>
    <message>
        <source>This cannot be opened</source>
        <translation>Das lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file here</source>
        <translation>Modellordner oder GGUF-Datei hier ablegen</translation>
    </message>
    <message>
        <source>or a run folder, or a document · or choose one</source>
        <translation>oder den Ordner eines Laufs, oder ein Dokument · oder auswählen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ErrorCard</name>
    <message>
        <source>Error: %1</source>
        <translation>Fehler: %1</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy this error</source>
        <translation>Diesen Fehler kopieren</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show %1 on the canvas</source>
        <translation>%1 auf der Arbeitsfläche zeigen</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>What to try</source>
        <translation>Abhilfe</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ErrorsPanel</name>
    <message>
        <source>Copy all</source>
        <translation>Alle kopieren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Copy all errors</source>
        <translation>Alle Fehler kopieren</translation>
    </message>
    <message>
        <source>Clear all errors</source>
        <translation>Alle Fehler löschen</translation>
    </message>
    <message>
        <source>Nothing went wrong.</source>
        <translation>Keine Fehler aufgetreten.</translation>
    </message>
    <message numerus="yes">
        <source>%n error(s), the newest first</source>
        <translation>
            <numerusform>%n Fehler</numerusform>
            <numerusform>%n Fehler, neueste zuerst</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::FailureList</name>
    <message>
        <source>What failed</source>
        <translation>Was fehlgeschlagen ist</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 failed at %2</source>
        <translation>%1 ist bei %2 fehlgeschlagen</translation>
    </message>
    <message>
        <source>Show %1 on the canvas</source>
        <translation>%1 auf der Arbeitsfläche zeigen</translation>
    </message>
    <message>
        <source>Copy the error of %1</source>
        <translation>Fehler von %1 kopieren</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureCell</name>
    <message>
        <source>Re-measure</source>
        <translation>Neu messen</translation>
    </message>
    <message>
        <source>Runs these measures again for all branches, with the settings the document has now</source>
        <translation>Führt diese Messungen für alle Zweige erneut aus, mit den jetzigen Einstellungen des Dokuments</translation>
    </message>
    <message>
        <source>Menu of the figure %1</source>
        <translation>Menü der Abbildung %1</translation>
    </message>
    <message>
        <source>Show, copy, export</source>
        <translation>Zeigen, kopieren, exportieren</translation>
    </message>
    <message>
        <source>Re-measure %1</source>
        <translation>%1 neu messen</translation>
    </message>
    <message>
        <source>Not measured in this run.
Link the models to a measure to see it here.</source>
        <translation>In diesem Lauf nicht gemessen.
Verbinden Sie die Modelle mit einer Messung, um sie hier zu sehen.</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>Abbildung exportieren…</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy data as CSV</source>
        <translation>Daten als CSV kopieren</translation>
    </message>
    <message>
        <source>Not measured before the run ended.
Resume it to see it here.</source>
        <translation>Nicht gemessen, bevor der Lauf endete.
Setzen Sie ihn fort, um es hier zu sehen.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureExport</name>
    <message>
        <source>Export figure</source>
        <translation>Abbildung exportieren</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the figure</source>
        <translation>Die Abbildung exportieren</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Abbildung</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Choose the destination</source>
        <translation>Ziel wählen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>Es gibt noch nichts zu exportieren.</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureOutputForm</name>
    <message>
        <source>Width in millimetres</source>
        <translation>Breite in Millimetern</translation>
    </message>
    <message>
        <source>Height in millimetres</source>
        <translation>Höhe in Millimetern</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Höhe</translation>
    </message>
    <message>
        <source>Thesis (black text, thin lines)</source>
        <translation>Abschlussarbeit (schwarzer Text, dünne Linien)</translation>
    </message>
    <message>
        <source>Screen (as in the window)</source>
        <translation>Bildschirm (wie im Fenster)</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>Schrift</translation>
    </message>
    <message>
        <source>Text size in points</source>
        <translation>Schriftgröße in Punkt</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>Title and protocol above</source>
        <translation>Titel und Protokoll darüber</translation>
    </message>
    <message>
        <source>Decimal comma</source>
        <translation>Dezimalkomma</translation>
    </message>
    <message>
        <source>Hatching, safe in greyscale</source>
        <translation>Schraffuren, auch in Graustufen lesbar</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>PDF (vector)</source>
        <translation>PDF (Vektor)</translation>
    </message>
    <message>
        <source>SVG (vector)</source>
        <translation>SVG (Vektor)</translation>
    </message>
    <message>
        <source>PNG (pixels)</source>
        <translation>PNG (Pixel)</translation>
    </message>
    <message>
        <source>CSV (the data)</source>
        <translation>CSV (die Daten)</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source> dpi</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>Resolution in dots per inch</source>
        <translation>Auflösung in Punkten pro Zoll</translation>
    </message>
    <message>
        <source>Font inside the file</source>
        <translation>Schrift in die Datei einbetten</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Auflösung</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigurePlot</name>
    <message>
        <source>Stale: made with other settings than the document has now.</source>
        <translation>Veraltet: entstanden mit anderen Einstellungen, als das Dokument jetzt hat.</translation>
    </message>
    <message>
        <source>%1 %2 (stale)</source>
        <comment>branch and value</comment>
        <translation>%1 %2 (veraltet)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::HeatLegend</name>
    <message>
        <source>no number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>Legend: %1 from 0 to %2; hatched: no number</source>
        <translation>Legende: %1 von 0 bis %2; schraffiert: keine Zahl</translation>
    </message>
</context>
<context>
    <name>kelter::ui::HistogramBars</name>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>%1 bins; the fullest: %2</source>
        <translation>%1 Klassen; die vollste: %2</translation>
    </message>
    <message>
        <source>%1 to %2: %3</source>
        <translation>%1 bis %2: %3</translation>
    </message>
</context>
<context>
    <name>kelter::ui::InlineEditor</name>
    <message>
        <source>Enter keeps the name, Escape the old one</source>
        <translation>Eingabetaste übernimmt den Namen, Esc behält den alten</translation>
    </message>
    <message>
        <source>Ctrl+Enter keeps the text, Escape the old one</source>
        <translation>Strg+Eingabe übernimmt den Text, Esc behält den alten</translation>
    </message>
</context>
<context>
    <name>kelter::ui::InspectorPanel</name>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Point at a field, or go into it, to read what it does.</source>
        <translation>Zeigen Sie auf ein Feld oder wechseln Sie hinein, um zu lesen, was es bewirkt.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayerMap</name>
    <message>
        <source>Layers and modules</source>
        <translation>Schichten und Module</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayerMapModel</name>
    <message>
        <source>Layer %1, %2</source>
        <translation>Schicht %1, %2</translation>
    </message>
    <message>
        <source>The step recorded nothing about it.</source>
        <translation>Der Schritt hat dazu nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>not finite</source>
        <translation>nicht endlich</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message>
        <source>The step has not recorded it yet.</source>
        <translation>Der Schritt hat es noch nicht aufgezeichnet.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>What the colours show</source>
        <translation>Was die Farben zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n Schicht</numerusform>
            <numerusform>%n Schichten</numerusform>
        </translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>veraltet: mit anderen Einstellungen entstanden</translation>
    </message>
    <message>
        <source>No step is chosen</source>
        <translation>Kein Schritt ist gewählt</translation>
    </message>
    <message>
        <source>Choose a step on the canvas.</source>
        <translation>Wählen Sie einen Schritt auf der Arbeitsfläche.</translation>
    </message>
    <message>
        <source>%1 makes no model</source>
        <translation>%1 erzeugt kein Modell</translation>
    </message>
    <message>
        <source>Choose a step that changes one.</source>
        <translation>Wählen Sie einen Schritt, der eines verändert.</translation>
    </message>
    <message>
        <source>%1 is a model as it was read</source>
        <translation>%1 ist ein Modell, wie es gelesen wurde</translation>
    </message>
    <message>
        <source>No step has changed it. Choose a step behind it.</source>
        <translation>Kein Schritt hat es verändert. Wählen Sie einen Schritt dahinter.</translation>
    </message>
    <message>
        <source>%1 of %2 is done.</source>
        <translation>%1 von %2 ist fertig.</translation>
    </message>
    <message>
        <source>%1 is running</source>
        <translation>%1 läuft</translation>
    </message>
    <message>
        <source>%1 has failed</source>
        <translation>%1 ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 has not run</source>
        <translation>%1 ist noch nicht gelaufen</translation>
    </message>
    <message>
        <source>Run it.</source>
        <translation>Führen Sie ihn aus.</translation>
    </message>
    <message>
        <source>%1 recorded nothing about single layers</source>
        <translation>%1 hat zu einzelnen Schichten nichts aufgezeichnet</translation>
    </message>
    <message>
        <source>Its step changes no single linears, or the result was made before Kelter recorded them.</source>
        <translation>Der Schritt ändert keine einzelnen linearen Abbildungen, oder das Ergebnis entstand, bevor Kelter sie aufzeichnete.</translation>
    </message>
    <message>
        <source>Settings for layer %1 …</source>
        <translation>Einstellungen für Schicht %1 …</translation>
    </message>
    <message>
        <source>Opens the inspector at the settings of this layer (Enter)</source>
        <translation>Öffnet den Inspektor bei den Einstellungen dieser Schicht (Eingabetaste)</translation>
    </message>
    <message>
        <source>All layers of this step have the same settings.</source>
        <translation>Alle Schichten dieses Schritts haben dieselben Einstellungen.</translation>
    </message>
    <message>
        <source>The model of this step was not kept on disk, so its numbers cannot be read.</source>
        <translation>Das Modell dieses Schritts wurde nicht auf der Platte behalten; seine Zahlen sind nicht lesbar.</translation>
    </message>
    <message numerus="yes">
        <source>running, %1 of %n layer(s) so far</source>
        <translation>
            <numerusform>läuft, bisher %1 von %n Schicht</numerusform>
            <numerusform>läuft, bisher %1 von %n Schichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>stopped after %1 of %n layer(s)</source>
        <translation>
            <numerusform>angehalten nach %1 von %n Schicht</numerusform>
            <numerusform>angehalten nach %1 von %n Schichten</numerusform>
        </translation>
    </message>
    <message>
        <source>A step that changes single linears records what became of each; its layers appear here while it runs.</source>
        <translation>Ein Schritt, der einzelne lineare Abbildungen ändert, zeichnet auf, was aus jeder wurde; während er läuft, erscheinen seine Schichten hier.</translation>
    </message>
    <message>
        <source>A layer appears here when the step has recorded what became of it.</source>
        <translation>Eine Schicht erscheint hier, sobald der Schritt aufgezeichnet hat, was aus ihr wurde.</translation>
    </message>
    <message>
        <source>It had recorded no layer before. The errors say what to do.</source>
        <translation>Er hatte davor keine Schicht aufgezeichnet. Was zu tun ist, steht bei den Fehlern.</translation>
    </message>
    <message>
        <source>%1 was cancelled</source>
        <translation>%1 wurde abgebrochen</translation>
    </message>
    <message>
        <source>It had recorded no layer before. Run it to go on from where it stopped.</source>
        <translation>Er hatte davor keine Schicht aufgezeichnet. Ein neuer Lauf macht dort weiter, wo er aufhörte.</translation>
    </message>
    <message>
        <source>Its numbers can be read when the step has finished.</source>
        <translation>Seine Zahlen sind lesbar, sobald der Schritt fertig ist.</translation>
    </message>
    <message>
        <source>The step has not finished: there is no model whose numbers could be read.</source>
        <translation>Der Schritt ist nicht fertig geworden: Es gibt kein Modell, dessen Zahlen lesbar wären.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LedgerView</name>
    <message>
        <source>Copy of the sweep</source>
        <translation>Kopie der Variation</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>geschätzt</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Linear weights</source>
        <translation>Lineare Gewichte</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>Auf der Platte</translation>
    </message>
    <message>
        <source>Resident</source>
        <translation>Im Speicher</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Nullen</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Nothing is known yet. Run it to measure.</source>
        <translation>Noch ist nichts bekannt. Zum Messen ausführen.</translation>
    </message>
    <message>
        <source>from the cache</source>
        <translation>aus dem Cache</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1, from the cache</source>
        <translation>%1, aus dem Cache</translation>
    </message>
    <message>
        <source>The results stand at the models it measures.</source>
        <translation>Die Ergebnisse stehen bei den gemessenen Modellen.</translation>
    </message>
    <message>
        <source>Measured before the last edits.</source>
        <translation>Vor den letzten Änderungen gemessen.</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1, estimated: %2</source>
        <translation>%1, geschätzt: %2</translation>
    </message>
    <message>
        <source>%1, measured: %2</source>
        <translation>%1, gemessen: %2</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LibraryModel</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>%1 model of the model store, %2.</source>
        <translation>%1-Modell aus dem Modellspeicher, %2.</translation>
    </message>
    <message>
        <source>Open a model …</source>
        <translation>Modell öffnen …</translation>
    </message>
    <message>
        <source>Adds a GGUF file from anywhere to the canvas. A file or folder can also be dropped there.</source>
        <translation>Fügt der Arbeitsfläche eine GGUF-Datei von einem beliebigen Ort hinzu. Dateien und Ordner lassen sich auch dort ablegen.</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>%1 from a file</source>
        <translation>%1 aus einer Datei</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LibraryPanel</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Find steps, models, templates</source>
        <translation>Schritte, Modelle, Vorlagen finden</translation>
    </message>
    <message>
        <source>Find in the library</source>
        <translation>In der Bibliothek suchen</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Nothing matches “%1”.</source>
        <translation>Nichts passt zu „%1“.</translation>
    </message>
    <message>
        <source>%1 · v%2</source>
        <translation>%1 · v%2</translation>
    </message>
    <message>
        <source>Open the template</source>
        <translation>Vorlage öffnen</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Add to the canvas</source>
        <translation>Zur Arbeitsfläche hinzufügen</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>Modelle (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LogView</name>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Log of the run</source>
        <translation>Protokoll des Laufs</translation>
    </message>
    <message>
        <source>The log appears here while a document runs.</source>
        <translation>Hier erscheint das Protokoll, während ein Dokument läuft.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Das ganze Protokoll kopieren</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>Zum Ende</translation>
    </message>
</context>
<context>
    <name>kelter::ui::MainWindow</name>
    <message>
        <source>Workbench pages</source>
        <translation>Seiten der Werkbank</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>Arbeitsfläche</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Open a document or a model</source>
        <translation>Dokument oder Modell öffnen</translation>
    </message>
    <message>
        <source>Documents and models (*.kelter *.gguf);;All files (*)</source>
        <translation>Dokumente und Modelle (*.kelter *.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save changes?</source>
        <translation>Änderungen speichern?</translation>
    </message>
    <message>
        <source>“%1” has changes that are not saved.</source>
        <translation>„%1“ enthält nicht gespeicherte Änderungen.</translation>
    </message>
    <message>
        <source>This cannot be opened</source>
        <translation>Das lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Save the document</source>
        <translation>Dokument speichern</translation>
    </message>
    <message>
        <source>Kelter documents (*.kelter)</source>
        <translation>Kelter-Dokumente (*.kelter)</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>%1 of %2 models, %3</source>
        <translation>%1 von %2 Modellen, %3</translation>
    </message>
    <message>
        <source>Kelter ended before “%1” was saved (%2).</source>
        <translation>Kelter wurde beendet, bevor „%1“ gespeichert war (%2).</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>%1[*] — Kelter</source>
        <translation>%1[*] – Kelter</translation>
    </message>
    <message>
        <source>Engine not started</source>
        <translation>Engine nicht gestartet</translation>
    </message>
    <message>
        <source>Loading the engine …</source>
        <translation>Engine wird geladen …</translation>
    </message>
    <message>
        <source>No engine: %1</source>
        <translation>Keine Engine: %1</translation>
    </message>
    <message>
        <source>A run is under way. What is finished is kept and can be resumed.</source>
        <translation>Ein Lauf ist im Gange. Was fertig ist, bleibt erhalten und kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Close the window?</source>
        <translation>Fenster schließen?</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Close without saving</source>
        <translation>Schließen ohne zu speichern</translation>
    </message>
    <message>
        <source>The language changes when Kelter is opened next.</source>
        <translation>Die Sprache wechselt beim nächsten Öffnen von Kelter.</translation>
    </message>
    <message>
        <source>&amp;Pipeline</source>
        <translation>&amp;Pipeline</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New document</source>
        <translation>&amp;Neues Dokument</translation>
    </message>
    <message>
        <source>&amp;Open …</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>None so far</source>
        <translation>Bisher keine</translation>
    </message>
    <message>
        <source>Open a model &amp;folder …</source>
        <translation>&amp;Modellordner öffnen …</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Open a r&amp;un folder …</source>
        <translation>Ordner eines &amp;Laufs öffnen …</translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation>Ordner eines Laufs öffnen</translation>
    </message>
    <message>
        <source>Open the &amp;demo</source>
        <translation>&amp;Demo öffnen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Save &amp;as …</source>
        <translation>Speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Start &amp;page</source>
        <translation>Startse&amp;ite</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>Fenster s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Search everything …</source>
        <translation>Alles durchsuchen …</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Canvas</source>
        <translation>&amp;Arbeitsfläche</translation>
    </message>
    <message>
        <source>&amp;Results</source>
        <translation>&amp;Ergebnisse</translation>
    </message>
    <message>
        <source>&amp;Try it</source>
        <translation>Aus&amp;probieren</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Darstellung</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Large type</source>
        <translation>Große Schrift</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>A&amp;usführen</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Alles ausführen</translation>
    </message>
    <message>
        <source>Run the selection</source>
        <translation>Auswahl ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Re&amp;sults</source>
        <translation>&amp;Ergebnisse</translation>
    </message>
    <message>
        <source>Export the figure: accuracy …</source>
        <translation>Abbildung exportieren: Genauigkeit …</translation>
    </message>
    <message>
        <source>Export the figure: perplexity …</source>
        <translation>Abbildung exportieren: Perplexität …</translation>
    </message>
    <message>
        <source>Export the figure: memory …</source>
        <translation>Abbildung exportieren: Speicher …</translation>
    </message>
    <message>
        <source>Export the figure: throughput …</source>
        <translation>Abbildung exportieren: Durchsatz …</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>&amp;New window</source>
        <translation>&amp;Neues Fenster</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About Kelter</source>
        <translation>Ü&amp;ber Kelter</translation>
    </message>
    <message>
        <source>About Kelter</source>
        <translation>Über Kelter</translation>
    </message>
    <message>
        <source>Kelter %1

Presses language models, and shows honestly what came out.

Licence: GPL-3.0-or-later. Uses Qt, libtorch, QCustomPlot and others: see THIRD_PARTY.md.</source>
        <translation>Kelter %1

Presst Sprachmodelle und zeigt ehrlich, was dabei herauskommt.

Lizenz: GPL-3.0-or-later. Verwendet Qt, libtorch, QCustomPlot und andere: siehe THIRD_PARTY.md.</translation>
    </message>
    <message>
        <source>Main tool bar</source>
        <translation>Hauptwerkzeugleiste</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Add step</source>
        <translation>Schritt hinzufügen</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Add step: %1</source>
        <translation>Schritt hinzufügen: %1</translation>
    </message>
    <message>
        <source>Go to node: %1</source>
        <translation>Zum Knoten: %1</translation>
    </message>
    <message>
        <source>Open recent: %1</source>
        <translation>Zuletzt geöffnet: %1</translation>
    </message>
    <message>
        <source>Search steps, nodes, commands (%1)</source>
        <translation>Schritte, Knoten, Befehle suchen (%1)</translation>
    </message>
    <message>
        <source>Search (%1)</source>
        <translation>Suchen (%1)</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Open a .kelter document, a GGUF file, a model folder (Hugging Face or Kelter) or a run folder.</source>
        <translation>Öffnen Sie ein .kelter-Dokument, eine GGUF-Datei, einen Modellordner (Hugging Face oder Kelter) oder einen Laufordner.</translation>
    </message>
    <message>
        <source>Step %1 of %2 · %3 · %4</source>
        <translation>Schritt %1 von %2 · %3 · %4</translation>
    </message>
    <message>
        <source>&amp;Earlier versions</source>
        <translation>F&amp;rühere Fassungen</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>Gespeichert %1</translation>
    </message>
    <message>
        <source>Ne&amp;xt panel</source>
        <translation>&amp;Nächste Fläche</translation>
    </message>
    <message>
        <source>&amp;Previous panel</source>
        <translation>&amp;Vorige Fläche</translation>
    </message>
    <message>
        <source>Te&amp;nsors</source>
        <translation>Te&amp;nsoren</translation>
    </message>
    <message>
        <source>Compute type</source>
        <translation>Rechentyp</translation>
    </message>
    <message>
        <source>The type numbers are computed in; the device is chosen in the run panel</source>
        <translation>Der Typ, in dem gerechnet wird; das Gerät wird im Bereich „Lauf“ gewählt</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>On a GPU only</source>
        <translation>Nur auf einer GPU</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
</context>
<context>
    <name>kelter::ui::MiniMap</name>
    <message>
        <source>Overview of the canvas</source>
        <translation>Übersicht der Arbeitsfläche</translation>
    </message>
    <message>
        <source>Overview: click or drag to go there</source>
        <translation>Übersicht: klicken oder ziehen, um dorthin zu gelangen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NoResults</name>
    <message>
        <source>No results yet: add a model and a step first</source>
        <translation>Noch keine Ergebnisse: zuerst ein Modell und einen Schritt hinzufügen</translation>
    </message>
    <message>
        <source>No results yet: press Run all</source>
        <translation>Noch keine Ergebnisse: „Alles ausführen“ drücken</translation>
    </message>
    <message>
        <source>Accuracy, perplexity, memory and speed of every branch that a measure is linked to appear here side by side while they are computed.</source>
        <translation>Genauigkeit, Perplexität, Speicher und Geschwindigkeit jedes Zweigs, mit dem eine Messung verbunden ist, erscheinen hier nebeneinander, während sie berechnet werden.</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Alles ausführen</translation>
    </message>
    <message>
        <source>Run the pipeline</source>
        <translation>Die Pipeline ausführen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NodeHeader</name>
    <message>
        <source>Show the help of every field</source>
        <translation>Hilfe zu jedem Feld zeigen</translation>
    </message>
    <message>
        <source>Name of the node</source>
        <translation>Name des Knotens</translation>
    </message>
    <message>
        <source>Letters, digits, - and _. Results and files of this node carry the name.</source>
        <translation>Buchstaben, Ziffern, - und _. Ergebnisse und Dateien dieses Knotens tragen den Namen.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>%1 · v%2</source>
        <translation>%1 · v%2</translation>
    </message>
    <message>
        <source>No plugin describes this step. It is kept as it is and cannot run here.</source>
        <translation>Kein Plugin beschreibt diesen Schritt. Er bleibt, wie er ist, und kann hier nicht ausgeführt werden.</translation>
    </message>
    <message>
        <source>close the card</source>
        <translation>Steckbrief schließen</translation>
    </message>
    <message>
        <source>card ›</source>
        <translation>Steckbrief ›</translation>
    </message>
    <message>
        <source>The whole card of the step</source>
        <translation>Der ganze Steckbrief des Schritts</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NodePage</name>
    <message>
        <source>Single layers</source>
        <translation>Einzelne Schichten</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>Bilanz</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Überbrücken</translation>
    </message>
    <message>
        <source>What comes in goes on as it is; a bypassed measure measures nothing.</source>
        <translation>Was hineinkommt, geht unverändert weiter; eine überbrückte Messung misst nichts.</translation>
    </message>
    <message>
        <source>End the bypass</source>
        <translation>Nicht mehr überbrücken</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>%1 umbenennen</translation>
    </message>
    <message>
        <source>Show the tensors</source>
        <translation>Tensoren zeigen</translation>
    </message>
    <message>
        <source>Show the tensors of this model</source>
        <translation>Die Tensoren dieses Modells zeigen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::OverrideModel</name>
    <message>
        <source>As in the whole step</source>
        <translation>Wie im ganzen Schritt</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Name the layers, such as 0:4.</source>
        <translation>Nennen Sie die Schichten, etwa 0:4.</translation>
    </message>
    <message>
        <source>There is a row for these layers.</source>
        <translation>Für diese Schichten gibt es schon eine Zeile.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::OverrideTable</name>
    <message>
        <source>Layers that differ</source>
        <translation>Abweichende Schichten</translation>
    </message>
    <message>
        <source>Change single layers</source>
        <translation>Einzelne Schichten ändern</translation>
    </message>
    <message>
        <source>Add layers</source>
        <translation>Schichten hinzufügen</translation>
    </message>
    <message>
        <source>Remove the row of layers</source>
        <translation>Zeile der Schichten entfernen</translation>
    </message>
    <message>
        <source>Muted values are those of the whole step.</source>
        <translation>Blasse Werte sind die des ganzen Schritts.</translation>
    </message>
    <message>
        <source>All layers have the values above.</source>
        <translation>Alle Schichten haben die Werte von oben.</translation>
    </message>
    <message>
        <source>Add layers that differ</source>
        <translation>Abweichende Schichten hinzufügen</translation>
    </message>
    <message>
        <source>Remove layers that differ</source>
        <translation>Abweichende Schichten entfernen</translation>
    </message>
    <message>
        <source>Add a column: a parameter in which the layers differ</source>
        <translation>Spalte hinzufügen: ein Parameter, in dem sich die Schichten unterscheiden</translation>
    </message>
    <message>
        <source>Settings for layer %1</source>
        <translation>Einstellungen für Schicht %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterEditor</name>
    <message>
        <source>Another file…</source>
        <translation>Andere Datei …</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Choose a file for %1</source>
        <translation>Datei wählen für %1</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>values, separated by spaces</source>
        <translation>Werte, durch Leerzeichen getrennt</translation>
    </message>
    <message>
        <source>%1, values of the sweep</source>
        <translation>%1, Werte der Variation</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterForm</name>
    <message>
        <source>Reset %1</source>
        <translation>%1 zurücksetzen</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>A value is needed.</source>
        <translation>Ein Wert ist erforderlich.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterRow</name>
    <message>
        <source>Sweep %1 over several values</source>
        <translation>%1 über mehrere Werte variieren</translation>
    </message>
    <message>
        <source>Reset %1 to its default</source>
        <translation>%1 auf den Standardwert zurücksetzen</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>Erlaubt: %1.</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>Standard: %1.</translation>
    </message>
    <message>
        <source>“%1” was not taken. %2</source>
        <translation>„%1“ wurde nicht übernommen. %2</translation>
    </message>
    <message>
        <source>1 value</source>
        <translation>1 Wert</translation>
    </message>
    <message>
        <source>%1 values, one branch for each</source>
        <translation>%1 Werte, je ein Zweig</translation>
    </message>
    <message>
        <source>Nothing lies there now.</source>
        <translation>Dort liegt jetzt nichts.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::PickList</name>
    <message>
        <source>Choices</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Nothing of that name fits here.</source>
        <translation>Nichts mit diesem Namen passt hier.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ProblemList</name>
    <message>
        <source>Where:</source>
        <translation>Wo:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Warum:</translation>
    </message>
    <message>
        <source>Try:</source>
        <translation>Abhilfe:</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the error</source>
        <translation>Den Fehler kopieren</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ProgressBars</name>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>%1 % of the run, %2 % of this step</source>
        <translation>%1&#xa0;% des Laufs, %2&#xa0;% dieses Schritts</translation>
    </message>
</context>
<context>
    <name>kelter::ui::QueueView</name>
    <message>
        <source>next</source>
        <translation>als Nächstes</translation>
    </message>
    <message>
        <source>Runs that wait</source>
        <translation>Wartende Läufe</translation>
    </message>
    <message>
        <source>Drag, or Alt+Up and Alt+Down, to reorder; Ctrl+Return runs next; Delete removes</source>
        <translation>Umordnen durch Ziehen oder mit Alt+Hoch und Alt+Runter; Strg+Eingabe führt als Nächstes aus; Entf entfernt</translation>
    </message>
    <message>
        <source>Run next</source>
        <translation>Als Nächstes ausführen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RecentDocuments</name>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>gestern %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RecentRow</name>
    <message>
        <source>Take %1 off this list</source>
        <translation>%1 aus dieser Liste nehmen</translation>
    </message>
    <message>
        <source>Take off this list. The file stays.</source>
        <translation>Aus dieser Liste nehmen. Die Datei bleibt.</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>resume</source>
        <translation>fortsetzen</translation>
    </message>
    <message>
        <source>open</source>
        <translation>öffnen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsBanners</name>
    <message>
        <source>Results marked stale were made with other settings than the document has now.</source>
        <translation>Als veraltet markierte Ergebnisse entstanden mit anderen Einstellungen, als das Dokument jetzt hat.</translation>
    </message>
    <message>
        <source>Run</source>
        <comment>verb</comment>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Run what is stale</source>
        <translation>Veraltetes ausführen</translation>
    </message>
    <message>
        <source>Recorded on another machine, %1</source>
        <translation>Aufgezeichnet auf einem anderen Rechner, %1</translation>
    </message>
    <message>
        <source>Recorded on %1, %2</source>
        <translation>Aufgezeichnet auf %1, %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsHeader</name>
    <message>
        <source>Decimal comma in LaTeX</source>
        <translation>Dezimalkomma in LaTeX</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>Abbildung exportieren…</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Plots and table</source>
        <translation>Diagramme und Tabelle</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy as LaTeX (booktabs)</source>
        <translation>Als LaTeX kopieren (booktabs)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a figure and its protocol</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsPanel</name>
    <message>
        <source>Measure with one protocol</source>
        <translation>Mit einem Protokoll messen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsTable</name>
    <message>
        <source>Results as a table</source>
        <translation>Ergebnisse als Tabelle</translation>
    </message>
    <message>
        <source>Columns: click to sort, right-click to choose</source>
        <translation>Spalten: klicken zum Sortieren, rechtsklicken zum Auswählen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsTableModel</name>
    <message>
        <source>Stale: made with other settings than the document has now.</source>
        <translation>Veraltet: entstanden mit anderen Einstellungen, als das Dokument jetzt hat.</translation>
    </message>
    <message>
        <source>%1 (stale)</source>
        <translation>%1 (veraltet)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RunPanel</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Alles ausführen</translation>
    </message>
    <message>
        <source>Run the whole document</source>
        <translation>Das ganze Dokument ausführen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the run; what was finished is used again</source>
        <translation>Den Lauf fortsetzen; was fertig war, wird wiederverwendet</translation>
    </message>
    <message>
        <source>Repeat failed</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Run again what failed, with what it needs</source>
        <translation>Fehlgeschlagenes samt allem, was es braucht, erneut ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop the run; what was finished is kept</source>
        <translation>Den Lauf anhalten; was fertig ist, bleibt erhalten</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Das ganze Protokoll kopieren</translation>
    </message>
    <message>
        <source>Go to the end of the log</source>
        <translation>Zum Ende des Protokolls</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Run next (Ctrl+Return)</source>
        <translation>Als Nächstes ausführen (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Move up (Alt+Up)</source>
        <translation>Nach oben (Alt+Hoch)</translation>
    </message>
    <message>
        <source>Move down (Alt+Down)</source>
        <translation>Nach unten (Alt+Runter)</translation>
    </message>
    <message>
        <source>Remove from the queue (Delete)</source>
        <translation>Aus der Warteschlange entfernen (Entf)</translation>
    </message>
    <message>
        <source>looking up what is known already …</source>
        <translation>schon Bekanntes wird nachgeschlagen …</translation>
    </message>
    <message>
        <source>waits for the engine to load …</source>
        <translation>wartet, bis die Engine geladen ist …</translation>
    </message>
    <message>
        <source>starts …</source>
        <translation>startet …</translation>
    </message>
    <message>
        <source>nothing can be computed: see Errors</source>
        <translation>nichts kann berechnet werden: siehe „Fehler“</translation>
    </message>
    <message>
        <source>Open the demo or a model, add a step, then press Run all.</source>
        <translation>Öffnen Sie die Demo oder ein Modell, fügen Sie einen Schritt hinzu und drücken Sie „Alles ausführen“.</translation>
    </message>
    <message>
        <source>Nothing has run yet.</source>
        <translation>Noch wurde nichts ausgeführt.</translation>
    </message>
    <message>
        <source>made on another machine</source>
        <translation>auf einem anderen Rechner entstanden</translation>
    </message>
    <message>
        <source>made on %1</source>
        <translation>auf %1 entstanden</translation>
    </message>
    <message>
        <source>Nothing waits.</source>
        <translation>Nichts wartet.</translation>
    </message>
    <message>
        <source>A run that is started while another one is under way queues here.</source>
        <translation>Ein Lauf, der beginnt, während ein anderer noch läuft, reiht sich hier ein.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::SelectionPage</name>
    <message>
        <source>Bypass the selected steps</source>
        <translation>Die ausgewählten Schritte überbrücken</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Überbrücken</translation>
    </message>
    <message>
        <source>Remove from the canvas</source>
        <translation>Von der Arbeitsfläche entfernen</translation>
    </message>
    <message>
        <source>End the bypass</source>
        <translation>Nicht mehr überbrücken</translation>
    </message>
    <message>
        <source>Remove %1 steps</source>
        <translation>%1 Schritte entfernen</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 Schritte</translation>
    </message>
</context>
<context>
    <name>kelter::ui::StartPage</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Press a language model. See what is left of it.</source>
        <translation>Ein Sprachmodell pressen. Sehen, was davon übrig bleibt.</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>Demo öffnen</translation>
    </message>
    <message>
        <source>One small model, pressed in eight ways: accuracy, perplexity, memory and speed side by side. Runs on this machine, no GPU needed.</source>
        <translation>Ein kleines Modell, auf acht Arten gepresst: Genauigkeit, Perplexität, Speicher und Geschwindigkeit nebeneinander. Läuft auf diesem Rechner, ganz ohne GPU.</translation>
    </message>
    <message>
        <source>Start from a template</source>
        <translation>Mit einer Vorlage beginnen</translation>
    </message>
    <message>
        <source>No documents yet. The demo is a good first one.</source>
        <translation>Noch keine Dokumente. Die Demo ist ein guter Anfang.</translation>
    </message>
    <message>
        <source>or from an empty document</source>
        <translation>oder mit einem leeren Dokument</translation>
    </message>
    <message>
        <source>Back to “%1”</source>
        <translation>Zurück zu „%1“</translation>
    </message>
</context>
<context>
    <name>kelter::ui::StatisticsView</name>
    <message>
        <source>Statistics of the tensor</source>
        <translation>Statistik des Tensors</translation>
    </message>
    <message>
        <source>Least</source>
        <translation>Kleinster</translation>
    </message>
    <message>
        <source>The smallest value</source>
        <translation>Der kleinste Wert</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größter</translation>
    </message>
    <message>
        <source>The greatest value</source>
        <translation>Der größte Wert</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>Abweichung</translation>
    </message>
    <message>
        <source>Standard deviation of all values</source>
        <translation>Standardabweichung aller Werte</translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>3 for a normal distribution; larger with outliers</source>
        <translation>3 bei einer Normalverteilung; größer mit Ausreißern</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Nullen</translation>
    </message>
    <message>
        <source>Values that are exactly zero</source>
        <translation>Werte, die genau null sind</translation>
    </message>
    <message>
        <source>Values that are no finite number; all other rows leave them out</source>
        <translation>Werte, die keine endliche Zahl sind; alle anderen Zeilen lassen sie weg</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Choose a tensor to read its numbers: least, largest, mean, deviation, kurtosis, zeros and a histogram.</source>
        <translation>Wählen Sie einen Tensor, um seine Zahlen zu lesen: kleinster und größter Wert, Mittel, Abweichung, Kurtosis, Nullen und ein Histogramm.</translation>
    </message>
    <message>
        <source>%1 (%2 %)</source>
        <translation>%1 (%2 %)</translation>
    </message>
    <message>
        <source>NaN/Inf</source>
        <translation>NaN/Inf</translation>
    </message>
</context>
<context>
    <name>kelter::ui::StepCardView</name>
    <message>
        <source>What it does</source>
        <translation>Was es tut</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Veröffentlichung</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>What it really saves</source>
        <translation>Was es wirklich spart</translation>
    </message>
</context>
<context>
    <name>kelter::ui::Switch</name>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorStatistics</name>
    <message>
        <source>waiting for a pause of the run …</source>
        <translation>wartet auf eine Pause des Laufs …</translation>
    </message>
    <message>
        <source>reading its numbers …</source>
        <translation>liest seine Zahlen …</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorTree</name>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Columns: click to sort</source>
        <translation>Spalten: klicken zum Sortieren</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>Copy names</source>
        <translation>Namen kopieren</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>Alles aufklappen</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>Alles zuklappen</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorTreeModel</name>
    <message>
        <source>Layer %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message numerus="yes">
        <source>%n formats</source>
        <translation>
            <numerusform>%n Format</numerusform>
            <numerusform>%n Formate</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n Tensor</numerusform>
            <numerusform>%n Tensoren</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>Of the bytes of all tensors in the file</source>
        <translation>An den Bytes aller Tensoren der Datei</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorsPanel</name>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The model whose tensors are listed: a file of the document, or what a step has made</source>
        <translation>Das Modell, dessen Tensoren aufgeführt sind: eine Datei des Dokuments oder das Ergebnis eines Schritts</translation>
    </message>
    <message>
        <source>How many tensors are listed</source>
        <translation>Wie viele Tensoren aufgeführt sind</translation>
    </message>
    <message>
        <source>Search tensors (%1)</source>
        <translation>Tensoren suchen (%1)</translation>
    </message>
    <message>
        <source>Search tensors by name, format or shape</source>
        <translation>Tensoren nach Name, Format oder Form suchen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Read the model again</source>
        <translation>Das Modell noch einmal lesen</translation>
    </message>
    <message>
        <source>Search tensors</source>
        <translation>Tensoren suchen</translation>
    </message>
    <message>
        <source>%1 has no model yet</source>
        <translation>%1 hat noch kein Modell</translation>
    </message>
    <message>
        <source>Run it, or give it a file: its tensors are listed here then.</source>
        <translation>Führen Sie den Schritt aus oder geben Sie eine Datei an: dann stehen hier die Tensoren.</translation>
    </message>
    <message>
        <source>No model to look into</source>
        <translation>Kein Modell zum Hineinsehen</translation>
    </message>
    <message>
        <source>Open a model or add one to the canvas: its tensors are listed here, before any run.</source>
        <translation>Öffnen Sie ein Modell oder legen Sie eines auf die Arbeitsfläche: seine Tensoren stehen hier schon vor dem ersten Lauf.</translation>
    </message>
    <message>
        <source>Loading the engine …</source>
        <translation>Die Engine wird geladen …</translation>
    </message>
    <message>
        <source>Reading the list of tensors …</source>
        <translation>Die Liste der Tensoren wird gelesen …</translation>
    </message>
    <message>
        <source>The list comes as soon as it is there.</source>
        <translation>Die Liste erscheint, sobald sie bereit ist.</translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>veraltet: mit anderen Einstellungen gemacht</translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n Tensor</numerusform>
            <numerusform>%n Tensoren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n tensor(s)</source>
        <translation>
            <numerusform>%1 von %n Tensor</numerusform>
            <numerusform>%1 von %n Tensoren</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::Workbench</name>
    <message>
        <source>There is nothing to run</source>
        <translation>Es gibt nichts auszuführen</translation>
    </message>
    <message>
        <source>the document has no steps</source>
        <translation>das Dokument hat keine Schritte</translation>
    </message>
    <message>
        <source>Add a model and a step first.</source>
        <translation>Fügen Sie zuerst ein Modell und einen Schritt hinzu.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: what failed</source>
        <translation>%1: Fehlgeschlagenes</translation>
    </message>
</context>
</TS>
