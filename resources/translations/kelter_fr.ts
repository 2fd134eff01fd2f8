<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AppendStep</name>
    <message>
        <source>Add %1</source>
        <translation>Ajouter %1</translation>
    </message>
</context>
<context>
    <name>DroppedPath</name>
    <message>
        <source>The folder holds %1 GGUF files. Drop one of them.</source>
        <translation>Le dossier contient %1 fichiers GGUF. Déposez l’un d’eux.</translation>
    </message>
    <message>
        <source>The folder has weights but no config.json, so the shape of the model is not known.</source>
        <translation>Le dossier contient des poids mais pas de config.json&#x202f;: la forme du modèle est donc inconnue.</translation>
    </message>
    <message>
        <source>The folder holds neither a model nor a run. Drop a GGUF file, a model folder, a run folder or a document.</source>
        <translation>Le dossier ne contient ni modèle ni exécution. Déposez un fichier GGUF, un dossier de modèle, un dossier d’exécution ou un document.</translation>
    </message>
    <message>
        <source>The file cannot be read: %1.</source>
        <translation>Le fichier ne peut pas être lu&#x202f;: %1.</translation>
    </message>
    <message>
        <source>The file has the name of a GGUF file but not its contents. It may be an unfinished download.</source>
        <translation>Le fichier porte le nom d’un fichier GGUF, mais n’en a pas le contenu. Le téléchargement est peut-être incomplet.</translation>
    </message>
    <message>
        <source>A safetensors file alone does not say what the model looks like. Drop the folder it lies in.</source>
        <translation>Un fichier safetensors seul ne dit pas comment le modèle est fait. Déposez le dossier où il se trouve.</translation>
    </message>
    <message>
        <source>“%1” is neither a model, a run nor a document of Kelter.</source>
        <translation>«&#x202f;%1&#x202f;» n’est ni un modèle, ni une exécution, ni un document de Kelter.</translation>
    </message>
    <message>
        <source>There is no such file or folder.</source>
        <translation>Ce fichier ou ce dossier n’existe pas.</translation>
    </message>
</context>
<context>
    <name>Families</name>
    <message>
        <source>Pruning</source>
        <translation>Élagage</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantification</translation>
    </message>
    <message>
        <source>Low rank</source>
        <translation>Rang faible</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Récupération</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entraînement</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Recherche</translation>
    </message>
    <message>
        <source>Sparse running</source>
        <translation>Exécution creuse</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Fusion</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formats</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Mesure</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Sources</translation>
    </message>
</context>
<context>
    <name>FigureFrame</name>
    <message>
        <source>Not drawn: these values were measured by different protocols.</source>
        <translation>Non tracé&#x202f;: ces valeurs ont été mesurées selon des protocoles différents.</translation>
    </message>
    <message>
        <source>Give the measures the same settings, then measure again.</source>
        <translation>Donner les mêmes réglages aux mesures, puis mesurer de nouveau.</translation>
    </message>
</context>
<context>
    <name>FigureText</name>
    <message>
        <source>stale</source>
        <translation>périmé</translation>
    </message>
</context>
<context>
    <name>FigureWriter</name>
    <message>
        <source>its values were measured by different protocols</source>
        <translation>ses valeurs ont été mesurées selon des protocoles différents</translation>
    </message>
    <message>
        <source>The figure cannot be exported</source>
        <translation>La figure ne peut pas être exportée</translation>
    </message>
    <message>
        <source>Measure all branches with the same settings.</source>
        <translation>Mesurez toutes les branches avec les mêmes réglages.</translation>
    </message>
    <message>
        <source>The figure cannot have this size</source>
        <translation>La figure ne peut pas avoir cette taille</translation>
    </message>
    <message>
        <source>width and height are between %1 and %2 mm</source>
        <translation>la largeur et la hauteur sont comprises entre %1 et %2 mm</translation>
    </message>
</context>
<context>
    <name>LayerMap</name>
    <message>
        <source>Output error</source>
        <translation>Erreur de sortie</translation>
    </message>
    <message>
        <source>Weight error</source>
        <translation>Erreur des poids</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Zéros</translation>
    </message>
    <message>
        <source>How far the outputs on the calibration text moved, relative to their size</source>
        <translation>De combien les sorties sur le texte de calibration ont bougé, par rapport à leur taille</translation>
    </message>
    <message>
        <source>How far the weights moved, relative to their size</source>
        <translation>De combien les poids ont bougé, par rapport à leur taille</translation>
    </message>
    <message>
        <source>Share of the weights that are exactly zero</source>
        <translation>Part des poids qui sont exactement nuls</translation>
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
        <translation>Le moteur est introuvable</translation>
    </message>
    <message>
        <source>documents can be opened and edited, but nothing can be computed</source>
        <translation>les documents peuvent être ouverts et modifiés, mais rien ne peut être calculé</translation>
    </message>
    <message>
        <source>Install Kelter again, or set KELTER_ENGINE to the path of %1.</source>
        <translation>Réinstallez Kelter ou donnez à KELTER_ENGINE le chemin de %1.</translation>
    </message>
    <message>
        <source>Install libtorch (scripts/setup does), or add its folder to LD_LIBRARY_PATH, and start Kelter again.</source>
        <translation>Installez libtorch (scripts/setup s’en charge) ou ajoutez son dossier à LD_LIBRARY_PATH, puis redémarrez Kelter.</translation>
    </message>
    <message>
        <source>Install the package that holds %1 and start Kelter again.</source>
        <translation>Installez le paquet qui contient %1, puis redémarrez Kelter.</translation>
    </message>
    <message>
        <source>The engine cannot start: the library %1 is missing</source>
        <translation>Le moteur ne peut pas démarrer&#x202f;: la bibliothèque logicielle %1 manque</translation>
    </message>
    <message>
        <source>The engine cannot be loaded</source>
        <translation>Le moteur ne peut pas être chargé</translation>
    </message>
    <message>
        <source>Window and engine must be of the same version: install Kelter again.</source>
        <translation>La fenêtre et le moteur doivent être de la même version&#x202f;: réinstallez Kelter.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>English</source>
        <translation>anglais</translation>
    </message>
    <message>
        <source>German</source>
        <translation>allemand</translation>
    </message>
    <message>
        <source>French</source>
        <translation>français</translation>
    </message>
    <message>
        <source>Prose, %1</source>
        <translation>Prose, %1</translation>
    </message>
    <message>
        <source>calibration</source>
        <translation>calibrage</translation>
    </message>
    <message>
        <source>Stories, essays and how-tos written for Kelter, to calibrate with.</source>
        <translation>Des récits, des essais et des modes d’emploi écrits pour Kelter, pour le calibrage.</translation>
    </message>
    <message>
        <source>Test text, %1</source>
        <translation>Texte de test, %1</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>perplexité</translation>
    </message>
    <message>
        <source>A text the calibration does not know, with the measure that reads it.</source>
        <translation>Un texte que le calibrage ne connaît pas, avec la mesure qui le lit.</translation>
    </message>
    <message>
        <source>240 questions</source>
        <translation>240 questions</translation>
    </message>
    <message>
        <source>tasks</source>
        <translation>tâches</translation>
    </message>
    <message>
        <source>Questions with four choices each, from everyday knowledge to hard ones, with the measure that asks them.</source>
        <translation>Des questions à quatre réponses possibles, du savoir courant aux plus difficiles, avec la mesure qui les pose.</translation>
    </message>
</context>
<context>
    <name>QuantityText</name>
    <message>
        <source>unknown</source>
        <translation>inconnu</translation>
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
        <translation>Exactitude</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexité</translation>
    </message>
    <message>
        <source>Word perplexity</source>
        <translation>Perplexité par mot</translation>
    </message>
    <message>
        <source>Byte perplexity</source>
        <translation>Perplexité par octet</translation>
    </message>
    <message>
        <source>Bits per byte</source>
        <translation>Bits par octet</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>Divergence KL</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>Même token le plus probable</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>Mémoire GPU</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>Délai jusqu’au premier token</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Décodage</translation>
    </message>
    <message>
        <source>Prefill</source>
        <translation>Préremplissage</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Pic</translation>
    </message>
    <message>
        <source>Peak on the GPU</source>
        <translation>Pic sur le GPU</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>pic</translation>
    </message>
    <message>
        <source>peak minus idle</source>
        <translation>pic moins repos</translation>
    </message>
    <message>
        <source>mean of %1 tasks</source>
        <translation>moyenne de %1 tâches</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>tokens/s</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>higher is better</source>
        <translation>plus c’est élevé, mieux c’est</translation>
    </message>
    <message>
        <source>lower is better</source>
        <translation>plus c’est bas, mieux c’est</translation>
    </message>
    <message>
        <source>logarithmic axis</source>
        <translation>axe logarithmique</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>ignoré</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>non mesuré</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>non disponible</translation>
    </message>
    <message>
        <source>infinite</source>
        <translation>infini</translation>
    </message>
    <message>
        <source>-infinite</source>
        <translation>−infini</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>pas un nombre</translation>
    </message>
    <message>
        <source>%1 tasks</source>
        <translation>%1 tâches</translation>
    </message>
    <message>
        <source>different protocol</source>
        <translation>protocole différent</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>whole rows</source>
        <translation>lignes entières</translation>
    </message>
    <message>
        <source>layers %1</source>
        <translation>couches %1</translation>
    </message>
    <message>
        <source>−%1 layer</source>
        <translation>−%1 couche</translation>
    </message>
    <message>
        <source>−%1 layers</source>
        <translation>−%1 couches</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>Magnitude</translation>
    </message>
    <message>
        <source>Against the file</source>
        <translation>Par rapport au fichier</translation>
    </message>
    <message>
        <source>Against bf16</source>
        <translation>Par rapport à bf16</translation>
    </message>
    <message>
        <source>Bytes on disk</source>
        <translation>Octets sur disque</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits par poids</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Nœud</translation>
    </message>
    <message>
        <source>Badges</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>First token (ms)</source>
        <translation>Premier token (ms)</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Pic mémoire</translation>
    </message>
    <message>
        <source>Peak GPU memory</source>
        <translation>Pic mémoire GPU</translation>
    </message>
    <message>
        <source>Peak minus idle</source>
        <translation>Pic moins repos</translation>
    </message>
    <message>
        <source>Change of %1</source>
        <translation>Écart&#xa0;: %1</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>dense</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>masqué</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>creux</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>compacté</translation>
    </message>
    <message>
        <source>narrower</source>
        <translation>plus étroit</translation>
    </message>
    <message>
        <source>fewer-layers</source>
        <translation>moins de couches</translation>
    </message>
    <message>
        <source>low-rank</source>
        <translation>rang faible</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>étendu</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>adaptateur</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Débit</translation>
    </message>
    <message>
        <source>decode</source>
        <translation>décodage</translation>
    </message>
    <message>
        <source>prefill</source>
        <translation>préremplissage</translation>
    </message>
    <message>
        <source>log axis, bars from %1</source>
        <translation>axe log., barres dès %1</translation>
    </message>
    <message>
        <source>Decode (tokens/s)</source>
        <translation>Décodage (tokens/s)</translation>
    </message>
    <message>
        <source>Prefill (tokens/s)</source>
        <translation>Préremplissage (tokens/s)</translation>
    </message>
    <message>
        <source>Energy (J/token)</source>
        <translation>Énergie (J/token)</translation>
    </message>
</context>
<context>
    <name>RunText</name>
    <message>
        <source>layer %1 of %2</source>
        <translation>couche %1 sur %2</translation>
    </message>
    <message>
        <source>window %1 of %2</source>
        <translation>fenêtre %1 sur %2</translation>
    </message>
    <message>
        <source>question %1 of %2</source>
        <translation>question %1 sur %2</translation>
    </message>
    <message>
        <source>document %1 of %2</source>
        <translation>document %1 sur %2</translation>
    </message>
    <message>
        <source>round %1 of %2</source>
        <translation>tour %1 sur %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>measure of node</comment>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>step (node)</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>étape %1 sur %2</translation>
    </message>
    <message>
        <source>time left unknown</source>
        <translation>temps restant inconnu</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n model(s) done</source>
        <translation>
            <numerusform>modèles terminés&#x202f;: %1 sur %n</numerusform>
            <numerusform>modèles terminés&#x202f;: %1 sur %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n en échec</numerusform>
            <numerusform>%n en échec</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n skipped</source>
        <translation>
            <numerusform>%n ignorée</numerusform>
            <numerusform>%n ignorées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>%n annulée</numerusform>
            <numerusform>%n annulées</numerusform>
        </translation>
    </message>
    <message>
        <source>Where:</source>
        <translation>Où&#x202f;:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Pourquoi&#x202f;:</translation>
    </message>
    <message>
        <source>What to try:</source>
        <translation>À essayer&#x202f;:</translation>
    </message>
    <message>
        <source>%1 left in this step</source>
        <translation>encore %1 dans cette étape</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Expand</source>
        <translation>Expansion</translation>
    </message>
    <message>
        <source>Decodes every tensor and stores it dense, as papers that speak of an uncompressed model assume.</source>
        <translation>Décode chaque tenseur et le stocke en dense, comme le supposent les articles qui parlent d’un modèle non compressé.</translation>
    </message>
    <message>
        <source>Seconds, and two bytes a weight (four for float32).</source>
        <translation>Quelques secondes, et deux octets par poids (quatre en float32).</translation>
    </message>
    <message>
        <source>Nothing: it grows a quantised file. It is here as the baseline that published ratios are stated against.</source>
        <translation>Rien&#x202f;: un fichier quantifié grossit. L’étape fournit la référence par rapport à laquelle les taux publiés sont donnés.</translation>
    </message>
    <message>
        <source>Number format</source>
        <translation>Format des nombres</translation>
    </message>
    <message>
        <source>The dense format every tensor is stored in afterwards. float32 keeps every decoded weight exactly, the others round it.</source>
        <translation>Le format dense dans lequel chaque tenseur est ensuite stocké. float32 garde exactement chaque poids décodé, les autres l’arrondissent.</translation>
    </message>
    <message>
        <source>Magnitude pruning</source>
        <translation>Élagage par magnitude</translation>
    </message>
    <message>
        <source>Sets the weights of smallest absolute value to zero.</source>
        <translation>Met à zéro les poids de plus petite valeur absolue.</translation>
    </message>
    <message>
        <source>Seconds: no data, no forward pass. Pruned linears are decoded and stored as dense bfloat16.</source>
        <translation>Quelques secondes&#x202f;: ni données, ni passe avant. Les matrices de poids élaguées sont décodées et stockées en bfloat16 dense.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself: zeros of a dense matrix are stored and multiplied like any number, and a quantised source even grows because pruned linears are kept in bfloat16. 2:4 needs kernels made for it to be faster.</source>
        <translation>Rien en soi, ni mémoire ni vitesse&#x202f;: les zéros d’une matrice dense sont stockés et multipliés comme n’importe quel nombre, et une source quantifiée grossit même, car les matrices de poids élaguées restent en bfloat16. 2:4 n’accélère le calcul qu’avec des noyaux conçus pour lui.</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>Parcimonie</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each linear. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>La part des poids mis à zéro dans chaque matrice de poids. Avec un motif N:M, elle découle du motif et s’omet.</translation>
    </message>
    <message>
        <source>share of weights</source>
        <translation>part des poids</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Motif</translation>
    </message>
    <message>
        <source>unstructured sets the smallest weights to zero wherever they are; N:M keeps N of every M consecutive inputs of a row, such as 2:4.</source>
        <translation>unstructured met à zéro les plus petits poids où qu’ils soient&#x202f;; N:M garde N entrées sur M consécutives de chaque ligne, par exemple 2:4.</translation>
    </message>
    <message>
        <source>Compared within</source>
        <translation>Comparés au sein de</translation>
    </message>
    <message>
        <source>Where weights compete to stay: within each matrix, within each row, or all linears of the model together. A pattern N:M compares within its M inputs.</source>
        <translation>Où les poids rivalisent pour rester&#x202f;: dans chaque matrice, dans chaque ligne, ou dans toutes les matrices de poids du modèle ensemble. Un motif N:M compare au sein de ses M entrées.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>Which layers are pruned, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Les couches à élaguer, par exemple 4:18 (4 à 17) ou 3+5+7&#x202f;; un champ vide les prend toutes.</translation>
    </message>
    <message>
        <source>Remove layers</source>
        <translation>Retirer des couches</translation>
    </message>
    <message>
        <source>Removes whole layers, chosen by how little they change what passes through them.</source>
        <translation>Retire des couches entières, choisies parce qu’elles modifient peu ce qui les traverse.</translation>
    </message>
    <message>
        <source>One forward pass over the calibration text; none for a list.</source>
        <translation>Une passe avant sur le texte de calibrage&#x202f;; aucune pour une liste.</translation>
    </message>
    <message>
        <source>Real bytes, memory and time in proportion to the layers removed, with any kernel. Quality falls quickly without training afterwards, and small models bear it badly.</source>
        <translation>Réellement des octets, de la mémoire et du temps, en proportion des couches retirées, avec n’importe quel noyau de calcul. Sans entraînement ensuite, la qualité baisse vite, et les petits modèles le supportent mal.</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Critère</translation>
    </message>
    <message>
        <source>influence removes the layers that change the residual stream least, angular the block of consecutive layers whose input and output are most alike, list the layers you name. The first two need a text.</source>
        <translation>influence retire les couches qui modifient le moins le flux résiduel, angular le bloc de couches consécutives dont l’entrée et la sortie se ressemblent le plus, list les couches que vous nommez. Les deux premiers ont besoin d’un texte.</translation>
    </message>
    <message>
        <source>Layers removed</source>
        <translation>Couches retirées</translation>
    </message>
    <message>
        <source>How many layers are removed; the model must have more.</source>
        <translation>Le nombre de couches retirées&#x202f;; le modèle doit en avoir davantage.</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>couches</translation>
    </message>
    <message>
        <source>Remove these</source>
        <translation>Couches à retirer</translation>
    </message>
    <message>
        <source>The layers removed, numbered from 0 in the model that comes in, such as 21:29 (21 to 28) or 3+5+7.</source>
        <translation>Les couches retirées, numérotées à partir de 0 dans le modèle d’entrée, par exemple 21:29 (21 à 28) ou 3+5+7.</translation>
    </message>
    <message>
        <source>Round to nearest</source>
        <translation>Arrondi au plus proche</translation>
    </message>
    <message>
        <source>Rounds each weight to the nearest of 2^bits evenly spaced levels of its group.</source>
        <translation>Arrondit chaque poids au plus proche des 2^bits niveaux régulièrement espacés de son groupe.</translation>
    </message>
    <message>
        <source>Seconds: no data, no forward pass.</source>
        <translation>Quelques secondes&#x202f;: ni données, ni passe avant.</translation>
    </message>
    <message>
        <source>Real bytes on disk and in memory: the codes are stored packed. Writing tokens is bound by memory traffic and becomes faster with fewer bytes; reading a prompt is not.</source>
        <translation>Réellement des octets sur disque et en mémoire&#x202f;: les codes sont stockés compactés. L’écriture de tokens est limitée par le trafic mémoire et s’accélère avec moins d’octets&#x202f;; la lecture d’un prompt, non.</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>The width of a code. Scales and zero points come on top: the ledger states the bits that are really stored.</source>
        <translation>La largeur d’un code. Les facteurs d’échelle et les points zéro s’y ajoutent&#x202f;: le bilan indique les bits réellement stockés.</translation>
    </message>
    <message>
        <source>bits a weight</source>
        <translation>bits par poids</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>How many consecutive inputs of a row share a scale; 0 takes the whole row. Smaller groups are more exact and larger on disk.</source>
        <translation>Le nombre d’entrées consécutives d’une ligne qui partagent un facteur d’échelle&#x202f;; 0 prend la ligne entière. Des groupes plus petits sont plus exacts et plus gros sur disque.</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>poids</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Grille</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symétrique</translation>
    </message>
    <message>
        <source>Centres the grid on 0 and stores no zero point.</source>
        <translation>Centre la grille sur 0 et ne stocke pas de point zéro.</translation>
    </message>
    <message>
        <source>Scale type</source>
        <translation>Type du facteur d’échelle</translation>
    </message>
    <message>
        <source>How each scale is stored.</source>
        <translation>Comment chaque facteur d’échelle est stocké.</translation>
    </message>
    <message>
        <source>Which layers are quantised, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Les couches à quantifier, par exemple 4:18 (4 à 17) ou 3+5+7&#x202f;; un champ vide les prend toutes.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Opens a model in the format it is stored in; nothing is expanded or converted.</source>
        <translation>Ouvre un modèle dans le format où il est stocké&#x202f;; rien n’est étendu ni converti.</translation>
    </message>
    <message>
        <source>Opening maps the file; its hash is computed once and remembered.</source>
        <translation>L’ouverture projette le fichier en mémoire&#x202f;; son empreinte est calculée une fois et conservée.</translation>
    </message>
    <message>
        <source>Nothing. Its bytes are the first baseline: every ratio is stated against them.</source>
        <translation>Rien. Ses octets sont la première référence&#x202f;: chaque taux est donné par rapport à eux.</translation>
    </message>
    <message>
        <source>A GGUF file, a Hugging Face folder, a Kelter folder, or store:NAME for a model of the model store. A relative path starts at the document&apos;s folder.</source>
        <translation>Un fichier GGUF, un dossier Hugging Face, un dossier Kelter, ou store:NAME pour un modèle du dépôt de modèles. Un chemin relatif part du dossier du document.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Windows of a text for methods that need to see what the model computes (calibration).</source>
        <translation>Des fenêtres d’un texte pour les méthodes qui doivent voir ce que le modèle calcule (calibrage).</translation>
    </message>
    <message>
        <source>Tokenising the text once.</source>
        <translation>Le texte est découpé une fois en tokens.</translation>
    </message>
    <message>
        <source>Nothing.</source>
        <translation>Rien.</translation>
    </message>
    <message>
        <source>Text file</source>
        <translation>Fichier texte</translation>
    </message>
    <message>
        <source>The file to take text from; resource:demo/prose-en.txt is a text shipped with Kelter.</source>
        <translation>Le fichier dont le texte est tiré&#x202f;; resource:demo/prose-en.txt est un texte livré avec Kelter.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line.</source>
        <translation>plain prend le fichier tel quel&#x202f;; wikitext-lines joint ses lignes comme le protocole GPTQ&#x202f;; jsonl prend un champ de chaque ligne.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Champ</translation>
    </message>
    <message>
        <source>The key of each JSON line that holds the text.</source>
        <translation>La clé de chaque ligne JSON qui contient le texte.</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Échantillons</translation>
    </message>
    <message>
        <source>How many windows are taken. Fewer are used, with a warning, if the text does not give as many.</source>
        <translation>Le nombre de fenêtres prélevées. Si le texte n’en fournit pas autant, il en est utilisé moins, avec un avertissement.</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>fenêtres</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Longueur</translation>
    </message>
    <message>
        <source>The length of each window.</source>
        <translation>La longueur de chaque fenêtre.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>tokens</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Échantillonnage</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Tâches</translation>
    </message>
    <message>
        <source>Multiple-choice questions for methods that optimise against a task.</source>
        <translation>Des questions à choix multiple pour les méthodes qui optimisent en fonction d’une tâche.</translation>
    </message>
    <message>
        <source>Reading the files.</source>
        <translation>La lecture des fichiers.</translation>
    </message>
    <message>
        <source>Folder of tasks</source>
        <translation>Dossier des tâches</translation>
    </message>
    <message>
        <source>The folder that task names are looked up in; empty: the data store, which scripts/get-data fills.</source>
        <translation>Le dossier où les noms des tâches sont cherchés ; vide : le magasin de données que scripts/get-data remplit.</translation>
    </message>
    <message>
        <source>Names of task files in the folder, or files, joined with +; each file holds one question a line as JSON.</source>
        <translation>Des noms de fichiers de tâches du dossier, ou des fichiers, joints par +&#x202f;; chaque fichier contient une question par ligne, en JSON.</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Limite</translation>
    </message>
    <message>
        <source>Take only the first items of each task; 0 takes all.</source>
        <translation>Ne prendre que les premières questions de chaque tâche&#x202f;; 0 les prend toutes.</translation>
    </message>
    <message>
        <source>items</source>
        <translation>questions</translation>
    </message>
    <message>
        <source>Examples in the prompt</source>
        <translation>Exemples dans le prompt</translation>
    </message>
    <message>
        <source>Solved questions put before each one. Only 0 exists so far.</source>
        <translation>Des questions résolues placées avant chaque question. Seul 0 existe pour l’instant.</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexité</translation>
    </message>
    <message>
        <source>How surprised the model is by a text: lower is better, 1 is perfect foresight.</source>
        <translation>À quel point un texte surprend le modèle&#x202f;: plus bas vaut mieux, 1 est la prévision parfaite.</translation>
    </message>
    <message>
        <source>One forward pass over the text.</source>
        <translation>Une passe avant sur le texte.</translation>
    </message>
    <message>
        <source>Nothing. Numbers of different protocols, windows or texts cannot be compared.</source>
        <translation>Rien. Des nombres issus de protocoles, de fenêtres ou de textes différents ne sont pas comparables.</translation>
    </message>
    <message>
        <source>The text the model is asked to predict. It should not be the text used for calibration.</source>
        <translation>Le texte que le modèle doit prédire. Ce ne devrait pas être le texte du calibrage.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenêtre</translation>
    </message>
    <message>
        <source>How many tokens the model sees at once. A longer window gives a lower perplexity: compare equal windows only.</source>
        <translation>Le nombre de tokens que le modèle voit à la fois. Une fenêtre plus longue donne une perplexité plus basse&#x202f;: ne comparez que des fenêtres égales.</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Pas</translation>
    </message>
    <message>
        <source>How far the window moves each time; 0 moves it by its own length, so that windows do not overlap.</source>
        <translation>De combien la fenêtre avance à chaque fois&#x202f;; 0 la déplace de sa propre longueur, si bien que les fenêtres ne se chevauchent pas.</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>Take only the first windows; 0 takes all.</source>
        <translation>Ne prendre que les premières fenêtres&#x202f;; 0 les prend toutes.</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Activations</translation>
    </message>
    <message>
        <source>exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly.</source>
        <translation>exact laisse les activations telles que le modèle les calcule. int8 les arrondit à 8 bits par blocs de 32 pour les produits avec Q4_0, Q4_1, Q8_0 et les 4 ou 8 bits compacts, sur le processeur ; les autres poids sont multipliés exactement.</translation>
    </message>
    <message>
        <source>The share of multiple-choice questions for which the model finds the right answer most likely.</source>
        <translation>La part des questions à choix multiple pour lesquelles le modèle juge la bonne réponse la plus probable.</translation>
    </message>
    <message>
        <source>One forward pass for each choice of each question.</source>
        <translation>Une passe avant pour chaque réponse possible de chaque question.</translation>
    </message>
    <message>
        <source>Nothing. A difference is only real if it is clearly larger than its paired error.</source>
        <translation>Rien. Une différence n’est réelle que si elle dépasse nettement son erreur appariée.</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Débit</translation>
    </message>
    <message>
        <source>Tokens a second when reading a prompt (prefill) and when writing (decode), and the time to the first token.</source>
        <translation>Les tokens par seconde à la lecture d’un prompt (préremplissage) et à l’écriture (décodage), et le délai jusqu’au premier token.</translation>
    </message>
    <message>
        <source>A fresh process loads only this model and runs it; other work on the machine disturbs it.</source>
        <translation>Un processus neuf ne charge que ce modèle et l’exécute&#x202f;; toute autre activité de la machine perturbe la mesure.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The length of the prompt that is read first.</source>
        <translation>La longueur du prompt lu d’abord.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Sortie</translation>
    </message>
    <message>
        <source>How many tokens are written after it, one at a time.</source>
        <translation>Le nombre de tokens écrits ensuite, un à la fois.</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>How many sequences run side by side.</source>
        <translation>Le nombre de séquences traitées côte à côte.</translation>
    </message>
    <message>
        <source>sequences</source>
        <translation>séquences</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>Répétitions</translation>
    </message>
    <message>
        <source>How often it is measured; the median and the spread are reported.</source>
        <translation>Le nombre de mesures&#x202f;; la médiane et la dispersion sont indiquées.</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>exécutions</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>The most memory a process needs that loads only this model and generates.</source>
        <translation>La mémoire maximale d’un processus qui ne charge que ce modèle et génère du texte.</translation>
    </message>
    <message>
        <source>A fresh process loads only this model and runs it.</source>
        <translation>Un processus neuf ne charge que ce modèle et l’exécute.</translation>
    </message>
    <message>
        <source>The length of the prompt that is read while memory is watched.</source>
        <translation>La longueur du prompt lu pendant que la mémoire est observée.</translation>
    </message>
    <message>
        <source>How many tokens are written after it.</source>
        <translation>Le nombre de tokens écrits ensuite.</translation>
    </message>
    <message>
        <source>Three bit widths</source>
        <translation>Trois largeurs en bits</translation>
    </message>
    <message>
        <source>The same rounding at 3, 4 and 8 bit: what each bit is worth in quality, bytes and speed.</source>
        <translation>Le même arrondi à 3, 4 et 8 bits : ce que vaut chaque bit en qualité, en octets et en vitesse.</translation>
    </message>
    <message>
        <source>Remove layers, then 4 bit</source>
        <translation>Retirer des couches, puis 4 bits</translation>
    </message>
    <message>
        <source>Two layers out by their influence, then 4 bit in groups of 64, beside 4 bit alone.</source>
        <translation>Deux couches retirées selon leur influence, puis 4 bits par groupes de 64, à côté de 4 bits seuls.</translation>
    </message>
    <message>
        <source>Group size against bytes</source>
        <translation>Taille de groupe contre octets</translation>
    </message>
    <message>
        <source>One scale for 32, 64 or 192 weights, or for a whole row: exactness against the bits that are really stored.</source>
        <translation>Une échelle pour 32, 64 ou 192 poids, ou pour une ligne entière : la précision face aux bits réellement stockés.</translation>
    </message>
    <message>
        <source>Which layers can go?</source>
        <translation>Quelles couches peuvent partir ?</translation>
    </message>
    <message>
        <source>Two neighbouring layers out at five depths: where the model bears it and where it does not.</source>
        <translation>Deux couches voisines retirées à cinq profondeurs : où le modèle le supporte et où il ne le supporte pas.</translation>
    </message>
    <message>
        <source>Three grids at 3 bit</source>
        <translation>Trois grilles à 3 bits</translation>
    </message>
    <message>
        <source>The zero inside the range, the zero anywhere, or a stored minimum: one width, three losses.</source>
        <translation>Le zéro dans l’intervalle, le zéro n’importe où ou un minimum stocké : une largeur, trois pertes.</translation>
    </message>
    <message>
        <source>Cast</source>
        <translation>Convertir</translation>
    </message>
    <message>
        <source>Stores weights in another format by plain rounding, or a pruned matrix without its zeros.</source>
        <translation>Stocke les poids dans un autre format par simple arrondi, ou une matrice élaguée sans ses zéros.</translation>
    </message>
    <message>
        <source>Real bytes on disk and in memory. A bitmap saves against 16 bits from about 7 % of zeros on: 9 bits a weight at 50 %, 2.6 at 90 %.</source>
        <translation>De vrais octets sur le disque et en mémoire. Un champ de bits fait gagner par rapport à 16 bits à partir d&apos;environ 7 % de zéros : 9 bits par poids à 50 %, 2,6 à 90 %.</translation>
    </message>
    <message>
        <source>int8 has a scale for each row. nf4, fp4: 4 bits, a scale for 64 weights. fp8: 8-bit floats. mx…: OCP microscaling, a power of two for 32 weights. q…: blocks of GGUF. bitmap and 2:4 store a pruned matrix without its zeros.</source>
        <translation>int8 a une échelle par ligne. nf4, fp4 : 4 bits, une échelle pour 64 poids. fp8 : flottants de 8 bits. mx… : microscaling OCP, une puissance de deux pour 32 poids. q… : blocs de GGUF. bitmap et 2:4 stockent une matrice élaguée sans ses zéros.</translation>
    </message>
    <message>
        <source>inputs</source>
        <translation>entrées</translation>
    </message>
    <message>
        <source>Inputs kept in 16 bits</source>
        <translation>Entrées gardées sur 16 bits</translation>
    </message>
    <message>
        <source>The inputs with the largest weight of a matrix keep their weights, beside int8 rows for the others: below 1 a share of the inputs (at least one), from 1 on their number.</source>
        <translation>Les entrées aux plus grands poids d&apos;une matrice gardent leurs poids, à côté de lignes int8 pour les autres : au-dessous de 1 une part des entrées (au moins une), à partir de 1 leur nombre.</translation>
    </message>
    <message>
        <source>8-bit float</source>
        <translation>Flottant de 8 bits</translation>
    </message>
    <message>
        <source>e4m3 has 3 bits of mantissa and reaches 448; e5m2 has 2 and reaches 57344.</source>
        <translation>e4m3 a 3 bits de mantisse et va jusqu&apos;à 448 ; e5m2 en a 2 et va jusqu&apos;à 57344.</translation>
    </message>
    <message>
        <source>6-bit float</source>
        <translation>Flottant de 6 bits</translation>
    </message>
    <message>
        <source>e2m3 has 3 bits of mantissa and reaches 7.5; e3m2 has 2 and reaches 28.</source>
        <translation>e2m3 a 3 bits de mantisse et va jusqu&apos;à 7,5 ; e3m2 en a 2 et va jusqu&apos;à 28.</translation>
    </message>
    <message>
        <source>A scale for each</source>
        <translation>Une échelle par</translation>
    </message>
    <message>
        <source>What shares a scale: the whole matrix, an output row, or a block of 128 x 128, which must divide the inputs.</source>
        <translation>Ce qui partage une échelle : toute la matrice, une ligne de sortie ou un bloc de 128 x 128, qui doit diviser les entrées.</translation>
    </message>
    <message>
        <source>Double quantization</source>
        <translation>Double quantification</translation>
    </message>
    <message>
        <source>Stores the scales themselves in 8 bits: 4.13 instead of 4.5 bits a weight.</source>
        <translation>Stocke aussi les échelles sur 8 bits : 4,13 au lieu de 4,5 bits par poids.</translation>
    </message>
    <message>
        <source>Kept values</source>
        <translation>Valeurs gardées</translation>
    </message>
    <message>
        <source>exact takes the smallest number format that loses nothing; the others round the kept weights.</source>
        <translation>exact prend le plus petit format de nombre qui ne perd rien ; les autres arrondissent les poids gardés.</translation>
    </message>
    <message>
        <source>How many neighbouring inputs, kept or not, share the scale of their 4-bit values; 0 takes the whole row.</source>
        <translation>Combien d&apos;entrées voisines, gardées ou non, partagent l&apos;échelle de leurs valeurs de 4 bits ; 0 prend toute la ligne.</translation>
    </message>
    <message>
        <source>Embedding and head too</source>
        <translation>Plongement et tête aussi</translation>
    </message>
    <message>
        <source>Casts the token embedding and the head as well, not only the linears of the layers.</source>
        <translation>Convertit aussi le plongement des jetons et la tête, pas seulement les linéaires des couches.</translation>
    </message>
    <message>
        <source>Which layers are cast, such as 4:18 (4 to 17) or 3+5+7; empty takes all.</source>
        <translation>Quelles couches sont converties, par exemple 4:18 (4 à 17) ou 3+5+7 ; vide les prend toutes.</translation>
    </message>
    <message>
        <source>Whose grid is used; the method of that name is not run. gptq is the grid of GPTQ&apos;s code, with an integer zero point and a range that holds 0; awq that of AWQ&apos;s code, which does not force 0 into the range; minmax stores the minimum itself, in the scale type.</source>
        <translation>De qui vient la grille&#x202f;; la méthode de ce nom n’est pas exécutée. gptq est la grille du code de GPTQ, avec un point zéro entier et un intervalle qui contient 0&#x202f;; awq celle du code d’AWQ, qui ne force pas 0 dans l’intervalle&#x202f;; minmax enregistre le minimum lui-même, dans le type des échelles.</translation>
    </message>
    <message>
        <source>gptq, as in the GPTQ paper, averages over whole windows; llamacpp scores the second half of each; document goes document by document and counts words and bytes.</source>
        <translation>gptq, comme dans l’article GPTQ, fait la moyenne sur des fenêtres entières&#x202f;; llamacpp évalue la seconde moitié de chacune&#x202f;; document procède document par document et compte les mots et les octets.</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Sets the weights to zero that matter least for the inputs of a calibration text.</source>
        <translation>Met à zéro les poids qui comptent le moins pour les entrées d&apos;un texte d&apos;étalonnage.</translation>
    </message>
    <message>
        <source>Two forward passes over the calibration text; no gradient, no Hessian. Pruned linears are decoded and stored as dense bfloat16.</source>
        <translation>Deux passes avant sur le texte d&apos;étalonnage ; ni gradient ni hessienne. Les matrices élaguées sont décodées et stockées en bfloat16 dense.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself: the zeros are stored. format.cast to=bitmap or to=2:4 behind it stores the kept weights alone.</source>
        <translation>Rien en mémoire ni en vitesse à elle seule : les zéros sont stockés. format.cast to=bitmap ou to=2:4 ensuite ne stocke que les poids gardés.</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each row of each linear. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>La part des poids mis à zéro dans chaque ligne de chaque matrice. Avec un motif N:M, elle découle du motif et s&apos;omet.</translation>
    </message>
    <message>
        <source>unstructured sets the weights of least score in a row to zero wherever they are; N:M keeps N of every M consecutive inputs of a row, such as 2:4, 1:4 or 4:8.</source>
        <translation>unstructured met à zéro les poids de plus faible score d&apos;une ligne, où qu&apos;ils soient ; N:M garde N entrées sur M consécutives d&apos;une ligne, comme 2:4, 1:4 ou 4:8.</translation>
    </message>
    <message>
        <source>Threshold of a row</source>
        <translation>Seuil d&apos;une ligne</translation>
    </message>
    <message>
        <source>count sets the same number of weights to zero in every row. searched is the variant of the paper&apos;s code: every row loses the same share of its summed scores, and that share is searched so that the whole matrix has the sparsity asked for, within 0.1 %. A pattern N:M ignores it.</source>
        <translation>count met à zéro autant de poids dans chaque ligne. searched est la variante du code de l&apos;article : chaque ligne perd la même part de la somme de ses scores, part cherchée pour que la matrice entière ait la parcimonie voulue à 0,1 % près. Un motif N:M l&apos;ignore.</translation>
    </message>
    <message>
        <source>SparseGPT</source>
        <translation>SparseGPT</translation>
    </message>
    <message>
        <source>Prunes column by column and lets the weights not yet reached make up for what is lost, on the inputs of a calibration text.</source>
        <translation>Élague colonne par colonne et laisse les poids pas encore atteints compenser la perte, sur les entrées d&apos;un texte d&apos;étalonnage.</translation>
    </message>
    <message>
        <source>Two forward passes over the calibration text, a Hessian and its inverse for each input of a layer, and one pass over the columns of each linear.</source>
        <translation>Deux passes avant sur le texte d&apos;étalonnage, une hessienne et son inverse pour chaque entrée d&apos;une couche, et un passage sur les colonnes de chaque matrice.</translation>
    </message>
    <message>
        <source>Nothing in memory or speed by itself, unless it rounds: the zeros are stored. format.cast to=bitmap or to=2:4 behind it stores the kept weights alone.</source>
        <translation>Rien en mémoire ni en vitesse à elle seule, sauf si elle arrondit : les zéros sont stockés. format.cast to=bitmap ou to=2:4 ensuite ne stocke que les poids gardés.</translation>
    </message>
    <message>
        <source>The share of weights set to zero in each block of columns, over all rows together. With a pattern N:M it follows from the pattern and is left out.</source>
        <translation>La part des poids mis à zéro dans chaque bloc de colonnes, toutes lignes ensemble. Avec un motif N:M, elle découle du motif et s&apos;omet.</translation>
    </message>
    <message>
        <source>unstructured sets weights to zero wherever they matter least; N:M keeps N of every M consecutive inputs of a row, such as 2:4, 1:4 or 4:8.</source>
        <translation>unstructured met à zéro les poids là où ils comptent le moins ; N:M garde N entrées sur M consécutives d&apos;une ligne, comme 2:4, 1:4 ou 4:8.</translation>
    </message>
    <message>
        <source>16 leaves the kept weights as they are; fewer rounds them in the same go, on one grid a row, and stores them packed. The zeros stay.</source>
        <translation>16 laisse les poids gardés tels quels ; moins les arrondit dans le même passage, sur une grille par ligne, et les stocke compactés. Les zéros restent.</translation>
    </message>
    <message>
        <source>True sequential</source>
        <translation>Strictement séquentiel</translation>
    </message>
    <message>
        <source>Within a layer one after the other: query, key and value first, then the output of attention, then gate and up, then down, each with the inputs that the changed ones before it give. Takes two and a half times the forward passes.</source>
        <translation>Dans une couche l&apos;un après l&apos;autre : d&apos;abord query, key et value, puis la sortie de l&apos;attention, puis gate et up, puis down, chacun avec les entrées que donnent ceux déjà changés. Demande deux fois et demie plus de passes avant.</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>Amortissement</translation>
    </message>
    <message>
        <source>Added to the diagonal of the Hessian, so that it can be inverted. Where it is too little for the text, more is used and said in a warning.</source>
        <translation>Ajouté à la diagonale de la hessienne pour qu&apos;elle soit inversible. Là où c&apos;est trop peu pour le texte, davantage est utilisé et dit dans un avertissement.</translation>
    </message>
    <message>
        <source>share of the mean diagonal</source>
        <translation>part de la diagonale moyenne</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Bloc</translation>
    </message>
    <message>
        <source>How many columns are done before the rest of the row is updated. Without a pattern it is also what competes: the sparsity is met in every block.</source>
        <translation>Combien de colonnes sont faites avant de mettre à jour le reste de la ligne. Sans motif, c&apos;est aussi ce qui se compare : chaque bloc atteint la parcimonie.</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>colonnes</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Rounds column by column and lets the weights not yet rounded make up for it, on the inputs of a calibration text.</source>
        <translation>Arrondit colonne par colonne et laisse les poids pas encore arrondis compenser, sur les entrées d&apos;un texte d&apos;étalonnage.</translation>
    </message>
    <message>
        <source>The codes are stored packed as those of quant.rtn, in the same bytes. Quality is the same or better, most at 3 bits and fewer.</source>
        <translation>Les codes sont stockés compactés comme ceux de quant.rtn, dans les mêmes octets. La qualité est égale ou meilleure, surtout à 3 bits et moins.</translation>
    </message>
    <message>
        <source>Act-order</source>
        <translation>Act-order</translation>
    </message>
    <message>
        <source>Rounds the columns of the strongest inputs first, when most others can still make up for them. Groups then are of inputs of like strength, and the order of the columns is stored, unless groups are static.</source>
        <translation>Arrondit d&apos;abord les colonnes des entrées les plus fortes, tant que la plupart des autres peuvent encore compenser. Les groupes réunissent alors des entrées de force semblable, et l&apos;ordre des colonnes est stocké, sauf si les groupes sont fixes.</translation>
    </message>
    <message>
        <source>Static groups</source>
        <translation>Groupes fixes</translation>
    </message>
    <message>
        <source>Takes all scales from the weights as they are at first. With act-order the columns then keep their places.</source>
        <translation>Prend toutes les échelles sur les poids tels qu&apos;ils sont au départ. Avec act-order, les colonnes gardent alors leur place.</translation>
    </message>
    <message>
        <source>Search ranges</source>
        <translation>Chercher les plages</translation>
    </message>
    <message>
        <source>Tries 80 shrunk ranges for each group and takes the one of least |error|^2.4. Slower.</source>
        <translation>Essaie 80 plages réduites pour chaque groupe et prend celle de moindre |erreur|^2.4. Plus lent.</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Zéros</translation>
    </message>
    <message>
        <source>Whether weights that are zero before stay zero. auto keeps them in linears of which at least a tenth is zero, which were pruned. The grid minmax has no code for 0 and cannot keep them.</source>
        <translation>Si les poids nuls au départ restent nuls. auto les garde dans les matrices dont au moins un dixième est nul, donc élaguées. La grille minmax n&apos;a pas de code pour 0 et ne peut les garder.</translation>
    </message>
    <message>
        <source>How many columns are done before the rest of the row is updated. Groups smaller than it take their scales from weights that it has not updated yet.</source>
        <translation>Combien de colonnes sont faites avant de mettre à jour le reste de la ligne. Les groupes plus petits prennent leurs échelles sur des poids qu&apos;il n&apos;a pas encore mis à jour.</translation>
    </message>
    <message>
        <source>How much can be pruned?</source>
        <translation>Combien peut-on élaguer ?</translation>
    </message>
    <message>
        <source>Weights to zero, from 10 to 70 percent, by their size alone and by what a text does with them: where quality breaks, and why the file does not shrink.</source>
        <translation>Des poids à zéro, de 10 à 70 pour cent, selon leur seule taille et selon ce qu&apos;un texte en fait : où la qualité cède, et pourquoi le fichier ne rétrécit pas.</translation>
    </message>
    <message>
        <source>Wanda 50 % and SparseGPT 2:4</source>
        <translation>Wanda 50 % et SparseGPT 2:4</translation>
    </message>
    <message>
        <source>Pruning that looks at what a text does to the model, beside pruning by size alone; the kept weights stored without the zeros.</source>
        <translation>Un élagage qui regarde ce qu&apos;un texte fait au modèle, à côté de celui par la seule taille ; les poids gardés stockés sans les zéros.</translation>
    </message>
    <message>
        <source>GPTQ 4 bit g64 and 3 bit g64</source>
        <translation>GPTQ 4 bits g64 et 3 bits g64</translation>
    </message>
    <message>
        <source>The same bits, with and without a text: rounding to nearest, and GPTQ, which makes the weights not yet rounded pay for those that are.</source>
        <translation>Les mêmes bits, avec et sans texte : l&apos;arrondi au plus proche, et GPTQ, où les poids pas encore arrondis paient pour ceux qui le sont.</translation>
    </message>
    <message>
        <source>Wanda then GPTQ, GPTQ then Wanda</source>
        <translation>Wanda puis GPTQ, GPTQ puis Wanda</translation>
    </message>
    <message>
        <source>Pruning and quantizing in both orders. GPTQ keeps the zeros it finds; pruning afterwards stores dense numbers again.</source>
        <translation>Élaguer et quantifier dans les deux ordres. GPTQ garde les zéros qu&apos;il trouve ; élaguer ensuite stocke de nouveau des nombres denses.</translation>
    </message>
    <message>
        <source>plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line; chat writes the conversation of each JSON line (messages with role and content, prompt and completion, or instruction and output) as the model&apos;s chat template says.</source>
        <translation>plain prend le fichier tel quel&#x202f;; wikitext-lines joint ses lignes comme le protocole GPTQ&#x202f;; jsonl prend un champ de chaque ligne&#x202f;; chat écrit la conversation de chaque ligne JSON (messages avec role et content, prompt et completion, ou instruction et output) selon le gabarit de conversation du modèle.</translation>
    </message>
    <message>
        <source>sequential takes windows that do not overlap from the start of the text, tokenised once as a whole; random takes windows at random places; published draws them as the code of GPTQ, SparseGPT and Wanda does after random.seed(seed): each from a random line (jsonl, chat) or the whole text, with the special tokens of the tokenizer; packed puts the samples of all lines one behind the other, with the end token between two of them, and cuts windows from that; packed-random does so in a random order. Choose a packed one for many short samples.</source>
        <translation>sequential prend des fenêtres sans recouvrement depuis le début du texte, découpé en une fois&#x202f;; random prend des fenêtres à des endroits aléatoires&#x202f;; published les tire comme le code de GPTQ, SparseGPT et Wanda après random.seed(seed)&#x202f;: chacune d&apos;une ligne au hasard (jsonl, chat) ou du texte entier, avec les jetons spéciaux du tokenizer&#x202f;; packed met bout à bout les exemples de toutes les lignes, séparés par le jeton de fin, et y découpe des fenêtres&#x202f;; packed-random fait de même dans un ordre aléatoire. Pour beaucoup d&apos;exemples courts, choisissez l&apos;un des deux derniers.</translation>
    </message>
    <message>
        <source>Chooses the random places, or the order. The same seed gives the same windows on every machine.</source>
        <translation>Détermine les endroits aléatoires, ou l&apos;ordre. La même graine donne les mêmes fenêtres sur toutes les machines.</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>window %1</source>
        <translation>fenêtre %1</translation>
    </message>
    <message>
        <source>stride %1</source>
        <translation>pas %1</translation>
    </message>
    <message>
        <source>%1 windows</source>
        <translation>%1 fenêtres</translation>
    </message>
    <message>
        <source>%1-shot</source>
        <translation>%1-shot</translation>
    </message>
    <message>
        <source>%1 + %2 tokens</source>
        <translation>%1 + %2 tokens</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>batch %1</source>
        <translation>lot %1</translation>
    </message>
</context>
<context>
    <name>ValueText</name>
    <message>
        <source>on</source>
        <translation>activé</translation>
    </message>
    <message>
        <source>off</source>
        <translation>désactivé</translation>
    </message>
    <message>
        <source>%1 is there twice.</source>
        <translation>%1 figure deux fois.</translation>
    </message>
    <message>
        <source>Write the values, separated by spaces.</source>
        <translation>Saisissez les valeurs, séparées par des espaces.</translation>
    </message>
    <message>
        <source>Write a whole number, such as 4.</source>
        <translation>Saisissez un nombre entier, par exemple 4.</translation>
    </message>
    <message>
        <source>Write a number, such as %1.</source>
        <translation>Saisissez un nombre, par exemple %1.</translation>
    </message>
    <message>
        <source>%1 to less than %2</source>
        <translation>de %1 à moins de %2</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>de %1 à %2</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>au moins %1</translation>
    </message>
    <message>
        <source>less than %1</source>
        <translation>moins de %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>au plus %1</translation>
    </message>
    <message>
        <source>all layers</source>
        <translation>toutes les couches</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 couche</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 couches</translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <translation>« %1 » : %2</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>Valeurs permises : %1.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::BranchLegend</name>
    <message>
        <source>Branches</source>
        <translation>Branches</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasEditor</name>
    <message>
        <source>%1 steps</source>
        <translation>%1 étapes</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>Ajouter %1</translation>
    </message>
    <message>
        <source>Insert %1</source>
        <translation>Insérer %1</translation>
    </message>
    <message>
        <source>Link %1 to %2</source>
        <translation>Relier %1 à %2</translation>
    </message>
    <message>
        <source>Re-route a link to %1</source>
        <translation>Rediriger un lien vers %1</translation>
    </message>
    <message>
        <source>a link</source>
        <translation>un lien</translation>
    </message>
    <message>
        <source>%1 links</source>
        <translation>%1 liens</translation>
    </message>
    <message>
        <source>a note</source>
        <translation>une note</translation>
    </message>
    <message>
        <source>%1 notes</source>
        <translation>%1 notes</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>Supprimer %1</translation>
    </message>
    <message>
        <source>Branch %1</source>
        <translation>Créer une branche de %1</translation>
    </message>
    <message>
        <source>This step cannot be bypassed: it has no input to pass through.</source>
        <translation>Cette étape ne peut pas être contournée&#x202f;: elle n’a pas d’entrée à laisser passer.</translation>
    </message>
    <message>
        <source>Bypass %1</source>
        <translation>Contourner %1</translation>
    </message>
    <message>
        <source>Use %1 again</source>
        <translation>Ne plus contourner %1</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Grouper %1</translation>
    </message>
    <message>
        <source>Ungroup</source>
        <translation>Dégrouper</translation>
    </message>
    <message>
        <source>The clipboard holds no steps.</source>
        <translation>Le presse-papiers ne contient pas d’étapes.</translation>
    </message>
    <message>
        <source>Paste %1</source>
        <translation>Coller %1</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>des notes</translation>
    </message>
    <message>
        <source>Move %1</source>
        <translation>Déplacer %1</translation>
    </message>
    <message>
        <source>Align %1</source>
        <translation>Aligner %1</translation>
    </message>
    <message>
        <source>Distribute %1</source>
        <translation>Répartir %1</translation>
    </message>
    <message>
        <source>Auto-layout</source>
        <translation>Disposition automatique</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>Renommer %1</translation>
    </message>
    <message>
        <source>Rename a group</source>
        <translation>Renommer un groupe</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>Ajouter une note</translation>
    </message>
    <message>
        <source>Edit a note</source>
        <translation>Modifier une note</translation>
    </message>
    <message>
        <source>Resize a note</source>
        <translation>Redimensionner une note</translation>
    </message>
    <message>
        <source>Set up %1</source>
        <translation>Configurer %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasPanel</name>
    <message>
        <source>Canvas</source>
        <translation>Canevas</translation>
    </message>
    <message>
        <source>Start with a model</source>
        <translation>Commencez par un modèle</translation>
    </message>
    <message>
        <source>Drop a GGUF file or a model folder here, drag a step from the library,
or press Tab to add a step by its name.</source>
        <translation>Déposez ici un fichier GGUF ou un dossier de modèle, faites glisser une étape depuis la bibliothèque
ou appuyez sur Tab pour ajouter une étape par son nom.</translation>
    </message>
    <message>
        <source>Add a step</source>
        <translation>Ajouter une étape</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>Ne plus contourner</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Contourner</translation>
    </message>
    <message>
        <source>Add a step behind %1</source>
        <translation>Ajouter une étape après %1</translation>
    </message>
    <message>
        <source>Add a step in front of %1</source>
        <translation>Ajouter une étape avant %1</translation>
    </message>
    <message>
        <source>Search steps</source>
        <translation>Rechercher des étapes</translation>
    </message>
    <message>
        <source>Insert a step into this link</source>
        <translation>Insérer une étape dans ce lien</translation>
    </message>
    <message>
        <source>There is nothing %1 could be linked to.</source>
        <translation>Il n’y a rien à quoi %1 puisse être relié.</translation>
    </message>
    <message>
        <source>Link %1</source>
        <translation>Relier %1</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>Texte de la note</translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Nom du groupe</translation>
    </message>
    <message>
        <source>Name of the step</source>
        <translation>Nom de l’étape</translation>
    </message>
    <message>
        <source>Insert a step…</source>
        <translation>Insérer une étape…</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Arrange</source>
        <translation>Arranger</translation>
    </message>
    <message>
        <source>A double-click or Enter in the library adds a step behind the selected one and links it.
Drag from a port to a free place to choose what follows.</source>
        <translation>Un double-clic ou Entrée dans la bibliothèque ajoute une étape derrière celle qui est sélectionnée et la relie.
Tirez d’un port vers un endroit libre pour choisir la suite.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasText</name>
    <message>
        <source>To %1</source>
        <translation>Vers %1</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>Depuis %1</translation>
    </message>
    <message>
        <source>The canvas is empty. Drop a model here or press Tab to add a step.</source>
        <translation>Le canevas est vide. Déposez ici un modèle ou appuyez sur Tab pour ajouter une étape.</translation>
    </message>
    <message>
        <source>; goes to %1</source>
        <translation>&#x202f;; va vers %1</translation>
    </message>
    <message>
        <source>Note: %1</source>
        <translation>Note&#x202f;: %1</translation>
    </message>
    <message>
        <source>Group %1: %2.</source>
        <translation>Groupe %1&#x202f;: %2.</translation>
    </message>
    <message>
        <source>A group: drag its title to move its steps, double-click to rename it</source>
        <translation>Un groupe&#x202f;: faites glisser son titre pour déplacer ses étapes, double-cliquez pour le renommer</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>%1 has no input.</source>
        <translation>%1 n’a pas d’entrée.</translation>
    </message>
    <message>
        <source>%1 has no output.</source>
        <translation>%1 n’a pas de sortie.</translation>
    </message>
    <message>
        <source>A model</source>
        <translation>Un modèle</translation>
    </message>
    <message>
        <source>A text</source>
        <translation>Un texte</translation>
    </message>
    <message>
        <source>A set of tasks</source>
        <translation>Un jeu de tâches</translation>
    </message>
    <message>
        <source>A record</source>
        <translation>Un relevé</translation>
    </message>
    <message>
        <source>a model input</source>
        <translation>une entrée de modèle</translation>
    </message>
    <message>
        <source>a text input</source>
        <translation>une entrée de texte</translation>
    </message>
    <message>
        <source>a tasks input</source>
        <translation>une entrée de tâches</translation>
    </message>
    <message>
        <source>a record input</source>
        <translation>une entrée de relevé</translation>
    </message>
    <message>
        <source>%1 cannot go into %2.</source>
        <extracomment>%1 is &quot;A text&quot;, %2 is &quot;a model input&quot;</extracomment>
        <translation>%1 ne peut pas aller dans %2.</translation>
    </message>
    <message>
        <source>The ports of this step are not known: no plugin here describes it.</source>
        <translation>Les ports de cette étape sont inconnus&#x202f;: aucun greffon présent ne la décrit.</translation>
    </message>
    <message>
        <source>A step cannot feed itself.</source>
        <translation>Une étape ne peut pas s’alimenter elle-même.</translation>
    </message>
    <message>
        <source>These two are linked already.</source>
        <translation>Ces deux étapes sont déjà reliées.</translation>
    </message>
    <message>
        <source>This would make a circle: %1 needs the result of %2.</source>
        <translation>Cela formerait un cycle&#x202f;: %1 a besoin du résultat de %2.</translation>
    </message>
    <message>
        <source>A link goes from an output to an input; these are two inputs.</source>
        <translation>Un lien va d’une sortie à une entrée&#x202f;; ce sont ici deux entrées.</translation>
    </message>
    <message>
        <source>A link goes from an output to an input; these are two outputs.</source>
        <translation>Un lien va d’une sortie à une entrée&#x202f;; ce sont ici deux sorties.</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>dense</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>masqué</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>creux</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>compacté</translation>
    </message>
    <message>
        <source>narrower</source>
        <translation>plus étroit</translation>
    </message>
    <message>
        <source>fewer layers</source>
        <translation>moins de couches</translation>
    </message>
    <message>
        <source>low rank</source>
        <translation>rang faible</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>étendu</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>adaptateur</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>%1: not set</source>
        <translation>%1&#x202f;: non défini</translation>
    </message>
    <message>
        <source>no plugin for this step</source>
        <translation>pas de greffon pour cette étape</translation>
    </message>
    <message>
        <source>a model</source>
        <translation>un modèle</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>un texte</translation>
    </message>
    <message>
        <source>tasks</source>
        <translation>des tâches</translation>
    </message>
    <message>
        <source>a record</source>
        <translation>un relevé</translation>
    </message>
    <message>
        <source>%1: this step is not known to have such a port</source>
        <translation>%1&#x202f;: aucun port de ce nom n’est connu pour cette étape</translation>
    </message>
    <message>
        <source>Output %1: gives %2</source>
        <translation>Sortie %1&#x202f;: fournit %2</translation>
    </message>
    <message>
        <source>Input %1: takes %2</source>
        <translation>Entrée %1&#x202f;: reçoit %2</translation>
    </message>
    <message>
        <source>%1, several links</source>
        <translation>%1, plusieurs liens</translation>
    </message>
    <message>
        <source>%1, needed</source>
        <translation>%1, obligatoire</translation>
    </message>
    <message>
        <source>%1 copies of a sweep</source>
        <translation>%1 copies d’un balayage</translation>
    </message>
    <message>
        <source>bypassed: what comes in goes out unchanged</source>
        <translation>contournée&#x202f;: ce qui entre ressort tel quel</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>bypassed</source>
        <translation>contournée</translation>
    </message>
    <message>
        <source>small</source>
        <extracomment>Translate as &quot;small&quot; if a label inside a line starts with a small letter in this language, else as &quot;keep&quot;.</extracomment>
        <translation>small</translation>
    </message>
    <message>
        <source>on</source>
        <translation>activé</translation>
    </message>
    <message>
        <source>off</source>
        <translation>désactivé</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 couches</translation>
    </message>
    <message>
        <source>not ready: something is missing</source>
        <translation>pas prête&#x202f;: il manque quelque chose</translation>
    </message>
    <message>
        <source>not run yet</source>
        <translation>pas encore exécutée</translation>
    </message>
    <message>
        <source>stale: its result was made with other settings or inputs</source>
        <translation>périmée&#x202f;: son résultat vient d’autres réglages ou d’autres entrées</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>en file d’attente</translation>
    </message>
    <message>
        <source>running, %1 %</source>
        <translation>en cours, %1&#xa0;%</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>skipped: what it needs failed</source>
        <translation>ignorée&#x202f;: ce dont elle a besoin a échoué</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulée</translation>
    </message>
    <message>
        <source>done, on another machine</source>
        <translation>terminée, sur une autre machine</translation>
    </message>
    <message>
        <source>done, from the cache</source>
        <translation>terminée, depuis le cache</translation>
    </message>
    <message>
        <source>done, computed</source>
        <translation>terminée, calculée</translation>
    </message>
    <message>
        <source>Add a step…</source>
        <translation>Ajouter une étape…</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>Ajouter une note</translation>
    </message>
    <message>
        <source>Link to…</source>
        <translation>Relier à…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Run to here</source>
        <translation>Exécuter jusqu’ici</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Couper</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Coller</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Créer une branche</translation>
    </message>
    <message>
        <source>Once more with the same inputs, to try other settings beside it</source>
        <translation>Encore une fois avec les mêmes entrées, pour essayer d’autres réglages à côté</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Contourner</translation>
    </message>
    <message>
        <source>Let what comes in go out unchanged</source>
        <translation>Laisser sortir tel quel ce qui entre</translation>
    </message>
    <message>
        <source>Group the selection</source>
        <translation>Grouper la sélection</translation>
    </message>
    <message>
        <source>Ungroup</source>
        <translation>Dégrouper</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Align left edges</source>
        <translation>Aligner les bords gauches</translation>
    </message>
    <message>
        <source>Align top edges</source>
        <translation>Aligner les bords supérieurs</translation>
    </message>
    <message>
        <source>Align centres in a row</source>
        <translation>Aligner les centres en ligne</translation>
    </message>
    <message>
        <source>Align centres in a column</source>
        <translation>Aligner les centres en colonne</translation>
    </message>
    <message>
        <source>Distribute from left to right</source>
        <translation>Répartir de gauche à droite</translation>
    </message>
    <message>
        <source>Distribute from top to bottom</source>
        <translation>Répartir de haut en bas</translation>
    </message>
    <message>
        <source>Auto-layout</source>
        <translation>Disposition automatique</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Agrandir</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Réduire</translation>
    </message>
    <message>
        <source>Zoom to 100 %</source>
        <translation>Zoom à 100&#xa0;%</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Ajuster</translation>
    </message>
    <message>
        <source>Show the whole canvas</source>
        <translation>Afficher tout le canevas</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Vue d’ensemble</translation>
    </message>
    <message>
        <source>Canvas. Steps: %1, links: %2.</source>
        <translation>Canevas. Étapes : %1, liens : %2.</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 couche</translation>
    </message>
    <message>
        <source>Show the tensors</source>
        <translation>Montrer les tenseurs</translation>
    </message>
    <message>
        <source>What the model consists of: names, shapes, formats, bytes</source>
        <translation>Ce dont le modèle est fait : noms, formes, formats, octets</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Canevas</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatColumn</name>
    <message>
        <source>Text of %1</source>
        <translation>Texte de %1</translation>
    </message>
    <message>
        <source>What %1 writes</source>
        <translation>Ce qu’écrit %1</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 bit</translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>périmé&#x202f;: obtenu avec d’autres réglages</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>reads the prompt …</source>
        <translation>lit le prompt …</translation>
    </message>
    <message>
        <source>writes …</source>
        <translation>écrit …</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 tokens/s</translation>
    </message>
    <message>
        <source>first token after %1</source>
        <translation>premier token après %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêté</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>What it writes appears here.</source>
        <translation>Ce qu’il écrit apparaît ici.</translation>
    </message>
    <message>
        <source>the model ended the text</source>
        <translation>le modèle a terminé le texte</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatPanel</name>
    <message>
        <source>Try it</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <source>No model to try yet.

Run the document: every model it makes can be tried here, side by side.</source>
        <translation>Pas encore de modèle à essayer.

Exécutez le document&#x202f;: chaque modèle qu’il produit peut être essayé ici, côte à côte.</translation>
    </message>
    <message>
        <source>The capital of France is</source>
        <translation>The capital of France is</translation>
    </message>
    <message>
        <source>The beginning of a text for the models to continue …</source>
        <translation>Le début d’un texte que les modèles continuent …</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Which models to try</source>
        <translation>Modèles à essayer</translation>
    </message>
    <message>
        <source>Most likely token</source>
        <translation>Token le plus probable</translation>
    </message>
    <message>
        <source>Draw tokens</source>
        <translation>Tirer des tokens</translation>
    </message>
    <message>
        <source>How tokens are chosen</source>
        <translation>Choix des tokens</translation>
    </message>
    <message>
        <source>The most likely token each time (greedy), or tokens drawn at a temperature with the same seed for all</source>
        <translation>Chaque fois le token le plus probable (greedy), ou des tokens tirés à une température donnée, avec la même graine pour tous</translation>
    </message>
    <message>
        <source>temperature </source>
        <translation>température </translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Température</translation>
    </message>
    <message>
        <source>seed </source>
        <translation>graine </translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>at most </source>
        <translation>au plus </translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> tokens</translation>
    </message>
    <message>
        <source>Most tokens to write</source>
        <translation>Nombre maximal de tokens à écrire</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Écrire</translation>
    </message>
    <message>
        <source>Let every model continue the prompt</source>
        <translation>Faire continuer le prompt par chaque modèle</translation>
    </message>
    <message>
        <source>Let every model continue the prompt (Ctrl+Return)</source>
        <translation>Faire continuer le prompt par chaque modèle (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>Arrêter l’écriture</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n model(s)</source>
        <translation>
            <numerusform>%1 sur %n modèle</numerusform>
            <numerusform>%1 sur %n modèles</numerusform>
        </translation>
    </message>
    <message>
        <source>waiting for the engine to load</source>
        <translation>en attente du chargement du moteur</translation>
    </message>
    <message>
        <source>waiting for a pause of the run</source>
        <translation>en attente d’une pause de l’exécution</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>the same text as %1</source>
        <translation>le même texte que %1</translation>
    </message>
    <message numerus="yes">
        <source>differs from %1 after %n character(s)</source>
        <translation>
            <numerusform>diffère de %1 après %n caractère</numerusform>
            <numerusform>diffère de %1 après %n caractères</numerusform>
        </translation>
    </message>
    <message>
        <source>All models</source>
        <translation>Tous les modèles</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Palette de commandes</translation>
    </message>
    <message>
        <source>Type a command, a step or a node</source>
        <translation>Saisissez une commande, une étape ou un nœud</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Rechercher des commandes</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>Commandes trouvées</translation>
    </message>
    <message>
        <source>Nothing is called that</source>
        <translation>Rien ne porte ce nom</translation>
    </message>
</context>
<context>
    <name>kelter::ui::CostBox</name>
    <message>
        <source>time unknown</source>
        <translation>durée inconnue</translation>
    </message>
    <message>
        <source>at least %1, a part is unknown</source>
        <translation>au moins %1, une partie est inconnue</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>environ %1</translation>
    </message>
    <message>
        <source>peak %1</source>
        <translation>pic %1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 sur disque</translation>
    </message>
    <message>
        <source>working out the cost …</source>
        <translation>estimation du coût …</translation>
    </message>
    <message>
        <source>This edit re-runs %1 of %2 steps</source>
        <translation>Étapes relancées par cette modification&#x202f;: %1 sur %2</translation>
    </message>
    <message>
        <source>%1 of %2 steps are not computed yet</source>
        <translation>Étapes pas encore calculées&#x202f;: %1 sur %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DeviceChoice</name>
    <message>
        <source>Device to compute on</source>
        <translation>Périphérique de calcul</translation>
    </message>
    <message>
        <source>NVIDIA GPU</source>
        <translation>GPU NVIDIA</translation>
    </message>
    <message>
        <source>%1 (cannot be used)</source>
        <translation>%1 (inutilisable)</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>The first GPU that can be used, else the processor</source>
        <translation>Le premier GPU utilisable, sinon le processeur</translation>
    </message>
    <message>
        <source>this machine has no such device</source>
        <translation>cette machine n’a pas ce périphérique</translation>
    </message>
    <message>
        <source>The chosen device cannot be used; the processor takes its place</source>
        <translation>Le périphérique choisi est inutilisable ; le processeur le remplace</translation>
    </message>
    <message>
        <source>device %1</source>
        <translation>périphérique %1</translation>
    </message>
    <message>
        <source>Choose another device in the run panel.</source>
        <translation>Choisissez un autre périphérique dans le panneau d’exécution.</translation>
    </message>
    <message>
        <source>Computes on %1</source>
        <translation>Calcule sur %1</translation>
    </message>
    <message>
        <source>What runs are computed on</source>
        <translation>Ce sur quoi les exécutions sont calculées</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DockTitle</name>
    <message>
        <source>Float %1</source>
        <translation>Détacher %1</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>Fermer %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DocumentModel</name>
    <message>
        <source>Untitled</source>
        <translation>Sans titre</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DocumentPage</name>
    <message>
        <source>Title of the document</source>
        <translation>Titre du document</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sans titre</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Change the title</source>
        <translation>Changer le titre</translation>
    </message>
    <message>
        <source>1 step</source>
        <translation>1 étape</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 étapes</translation>
    </message>
    <message>
        <source>1 link</source>
        <translation>1 lien</translation>
    </message>
    <message>
        <source>%1 links</source>
        <translation>%1 liens</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Pas encore enregistré</translation>
    </message>
    <message>
        <source>The canvas is empty. Drag a model and a step from the library onto it, or press Enter on one.</source>
        <translation>Le canevas est vide. Faites-y glisser un modèle et une étape depuis la bibliothèque, ou appuyez sur Entrée sur l’un d’eux.</translation>
    </message>
    <message>
        <source>Select a step on the canvas to see its settings and what it costs.</source>
        <translation>Sélectionnez une étape sur le canevas pour voir ses réglages et son coût.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::DropZone</name>
    <message>
        <source>This cannot be opened</source>
        <translation>Impossible d’ouvrir cet élément</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file here</source>
        <translation>Déposez ici un dossier de modèle ou un fichier GGUF</translation>
    </message>
    <message>
        <source>or a run folder, or a document · or choose one</source>
        <translation>ou un dossier d’exécution, ou un document · ou choisissez-en un</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ErrorCard</name>
    <message>
        <source>Error: %1</source>
        <translation>Erreur&#x202f;: %1</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy this error</source>
        <translation>Copier cette erreur</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>Show %1 on the canvas</source>
        <translation>Montrer %1 sur le canevas</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Pourquoi</translation>
    </message>
    <message>
        <source>What to try</source>
        <translation>À essayer</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ErrorsPanel</name>
    <message>
        <source>Copy all</source>
        <translation>Tout copier</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Erreurs</translation>
    </message>
    <message>
        <source>Copy all errors</source>
        <translation>Copier toutes les erreurs</translation>
    </message>
    <message>
        <source>Clear all errors</source>
        <translation>Effacer toutes les erreurs</translation>
    </message>
    <message>
        <source>Nothing went wrong.</source>
        <translation>Aucune erreur.</translation>
    </message>
    <message numerus="yes">
        <source>%n error(s), the newest first</source>
        <translation>
            <numerusform>%n erreur</numerusform>
            <numerusform>%n erreurs, la plus récente d’abord</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::FailureList</name>
    <message>
        <source>What failed</source>
        <translation>Ce qui a échoué</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 a échoué</translation>
    </message>
    <message>
        <source>%1 failed at %2</source>
        <translation>%1 a échoué à %2</translation>
    </message>
    <message>
        <source>Show %1 on the canvas</source>
        <translation>Montrer %1 sur le canevas</translation>
    </message>
    <message>
        <source>Copy the error of %1</source>
        <translation>Copier l’erreur de %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureCell</name>
    <message>
        <source>Re-measure</source>
        <translation>Remesurer</translation>
    </message>
    <message>
        <source>Runs these measures again for all branches, with the settings the document has now</source>
        <translation>Relance ces mesures pour toutes les branches, avec les réglages actuels du document</translation>
    </message>
    <message>
        <source>Menu of the figure %1</source>
        <translation>Menu de la figure %1</translation>
    </message>
    <message>
        <source>Show, copy, export</source>
        <translation>Afficher, copier, exporter</translation>
    </message>
    <message>
        <source>Re-measure %1</source>
        <translation>Remesurer %1</translation>
    </message>
    <message>
        <source>Not measured in this run.
Link the models to a measure to see it here.</source>
        <translation>Non mesuré dans cette exécution.
Reliez les modèles à une mesure pour la voir ici.</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>Exporter la figure…</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Copier l’image</translation>
    </message>
    <message>
        <source>Copy data as CSV</source>
        <translation>Copier les données en CSV</translation>
    </message>
    <message>
        <source>Not measured before the run ended.
Resume it to see it here.</source>
        <translation>Pas encore mesuré quand l’exécution s’est terminée.
Reprenez-la pour le voir ici.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureExport</name>
    <message>
        <source>Export figure</source>
        <translation>Exporter la figure</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export the figure</source>
        <translation>Exporter la figure</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Figure</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Destination</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Parcourir…</translation>
    </message>
    <message>
        <source>Choose the destination</source>
        <translation>Choisir la destination</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>Il n’y a encore rien à exporter.</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Écrit&#x202f;: %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigureOutputForm</name>
    <message>
        <source>Width in millimetres</source>
        <translation>Largeur en millimètres</translation>
    </message>
    <message>
        <source>Height in millimetres</source>
        <translation>Hauteur en millimètres</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Largeur</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Hauteur</translation>
    </message>
    <message>
        <source>Thesis (black text, thin lines)</source>
        <translation>Thèse (texte noir, traits fins)</translation>
    </message>
    <message>
        <source>Screen (as in the window)</source>
        <translation>Écran (comme dans la fenêtre)</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Style</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>Police</translation>
    </message>
    <message>
        <source>Text size in points</source>
        <translation>Taille du texte en points</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>Title and protocol above</source>
        <translation>Titre et protocole au-dessus</translation>
    </message>
    <message>
        <source>Decimal comma</source>
        <translation>Virgule décimale</translation>
    </message>
    <message>
        <source>Hatching, safe in greyscale</source>
        <translation>Hachures, lisibles en niveaux de gris</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>PDF (vector)</source>
        <translation>PDF (vectoriel)</translation>
    </message>
    <message>
        <source>SVG (vector)</source>
        <translation>SVG (vectoriel)</translation>
    </message>
    <message>
        <source>PNG (pixels)</source>
        <translation>PNG (pixels)</translation>
    </message>
    <message>
        <source>CSV (the data)</source>
        <translation>CSV (les données)</translation>
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
        <translation>Résolution en points par pouce</translation>
    </message>
    <message>
        <source>Font inside the file</source>
        <translation>Police incorporée au fichier</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Résolution</translation>
    </message>
</context>
<context>
    <name>kelter::ui::FigurePlot</name>
    <message>
        <source>Stale: made with other settings than the document has now.</source>
        <translation>Périmé&#x202f;: obtenu avec d’autres réglages que ceux du document actuel.</translation>
    </message>
    <message>
        <source>%1 %2 (stale)</source>
        <comment>branch and value</comment>
        <translation>%1 %2 (périmé)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::HeatLegend</name>
    <message>
        <source>no number</source>
        <translation>pas de nombre</translation>
    </message>
    <message>
        <source>Legend: %1 from 0 to %2; hatched: no number</source>
        <translation>Légende : %1 de 0 à %2 ; hachuré : pas de nombre</translation>
    </message>
</context>
<context>
    <name>kelter::ui::HistogramBars</name>
    <message>
        <source>Histogram</source>
        <translation>Histogramme</translation>
    </message>
    <message>
        <source>%1 bins; the fullest: %2</source>
        <translation>%1 classes ; la plus pleine : %2</translation>
    </message>
    <message>
        <source>%1 to %2: %3</source>
        <translation>%1 à %2 : %3</translation>
    </message>
</context>
<context>
    <name>kelter::ui::InlineEditor</name>
    <message>
        <source>Enter keeps the name, Escape the old one</source>
        <translation>Entrée garde ce nom, Échap l’ancien</translation>
    </message>
    <message>
        <source>Ctrl+Enter keeps the text, Escape the old one</source>
        <translation>Ctrl+Entrée garde ce texte, Échap l’ancien</translation>
    </message>
</context>
<context>
    <name>kelter::ui::InspectorPanel</name>
    <message>
        <source>Inspector</source>
        <translation>Inspecteur</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Point at a field, or go into it, to read what it does.</source>
        <translation>Pointez un champ ou entrez-y pour lire ce qu’il fait.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayerMap</name>
    <message>
        <source>Layers and modules</source>
        <translation>Couches et modules</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayerMapModel</name>
    <message>
        <source>Layer %1, %2</source>
        <translation>Couche %1, %2</translation>
    </message>
    <message>
        <source>The step recorded nothing about it.</source>
        <translation>L’étape n’a rien enregistré à son sujet.</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>non enregistré</translation>
    </message>
    <message>
        <source>not finite</source>
        <translation>non fini</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#x202f;: %2</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message>
        <source>The step has not recorded it yet.</source>
        <translation>L’étape ne l’a pas encore enregistré.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>What the colours show</source>
        <translation>Ce que montrent les couleurs</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n couche</numerusform>
            <numerusform>%n couches</numerusform>
        </translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>périmé&#x202f;: obtenu avec d’autres réglages</translation>
    </message>
    <message>
        <source>No step is chosen</source>
        <translation>Aucune étape n’est choisie</translation>
    </message>
    <message>
        <source>Choose a step on the canvas.</source>
        <translation>Choisissez une étape sur le canevas.</translation>
    </message>
    <message>
        <source>%1 makes no model</source>
        <translation>%1 ne produit pas de modèle</translation>
    </message>
    <message>
        <source>Choose a step that changes one.</source>
        <translation>Choisissez une étape qui en modifie un.</translation>
    </message>
    <message>
        <source>%1 is a model as it was read</source>
        <translation>%1 est un modèle tel qu’il a été lu</translation>
    </message>
    <message>
        <source>No step has changed it. Choose a step behind it.</source>
        <translation>Aucune étape ne l’a modifié. Choisissez une étape qui le suit.</translation>
    </message>
    <message>
        <source>%1 of %2 is done.</source>
        <translation>%1 sur %2 : terminé.</translation>
    </message>
    <message>
        <source>%1 is running</source>
        <translation>%1 est en cours</translation>
    </message>
    <message>
        <source>%1 has failed</source>
        <translation>%1 a échoué</translation>
    </message>
    <message>
        <source>%1 has not run</source>
        <translation>%1 n’a pas été exécutée</translation>
    </message>
    <message>
        <source>Run it.</source>
        <translation>Lancez-la.</translation>
    </message>
    <message>
        <source>%1 recorded nothing about single layers</source>
        <translation>%1 n’a rien enregistré sur les couches</translation>
    </message>
    <message>
        <source>Its step changes no single linears, or the result was made before Kelter recorded them.</source>
        <translation>L’étape ne modifie pas les couches linéaires une à une, ou le résultat date d’avant que Kelter les enregistre.</translation>
    </message>
    <message>
        <source>Settings for layer %1 …</source>
        <translation>Réglages de la couche %1 …</translation>
    </message>
    <message>
        <source>Opens the inspector at the settings of this layer (Enter)</source>
        <translation>Ouvre l’inspecteur aux réglages de cette couche (Entrée)</translation>
    </message>
    <message>
        <source>All layers of this step have the same settings.</source>
        <translation>Toutes les couches de cette étape ont les mêmes réglages.</translation>
    </message>
    <message>
        <source>The model of this step was not kept on disk, so its numbers cannot be read.</source>
        <translation>Le modèle de cette étape n’a pas été gardé sur le disque ; ses nombres ne peuvent pas être lus.</translation>
    </message>
    <message numerus="yes">
        <source>running, %1 of %n layer(s) so far</source>
        <translation>
            <numerusform>en cours, %1 sur %n couche jusqu’ici</numerusform>
            <numerusform>en cours, %1 sur %n couches jusqu’ici</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>stopped after %1 of %n layer(s)</source>
        <translation>
            <numerusform>arrêtée après %1 couche sur %n</numerusform>
            <numerusform>arrêtée après %1 couches sur %n</numerusform>
        </translation>
    </message>
    <message>
        <source>A step that changes single linears records what became of each; its layers appear here while it runs.</source>
        <translation>Une étape qui modifie des couches linéaires isolées enregistre ce que chacune est devenue ; ses couches apparaissent ici pendant qu’elle tourne.</translation>
    </message>
    <message>
        <source>A layer appears here when the step has recorded what became of it.</source>
        <translation>Une couche apparaît ici dès que l’étape a enregistré ce qu’elle est devenue.</translation>
    </message>
    <message>
        <source>It had recorded no layer before. The errors say what to do.</source>
        <translation>Elle n’avait enregistré aucune couche avant. Les erreurs disent quoi faire.</translation>
    </message>
    <message>
        <source>%1 was cancelled</source>
        <translation>%1 a été annulée</translation>
    </message>
    <message>
        <source>It had recorded no layer before. Run it to go on from where it stopped.</source>
        <translation>Elle n’avait enregistré aucune couche avant. Relancez-la pour continuer là où elle s’est arrêtée.</translation>
    </message>
    <message>
        <source>Its numbers can be read when the step has finished.</source>
        <translation>Ses nombres pourront être lus quand l’étape sera terminée.</translation>
    </message>
    <message>
        <source>The step has not finished: there is no model whose numbers could be read.</source>
        <translation>L’étape n’est pas allée au bout : il n’y a pas de modèle dont les nombres pourraient être lus.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LedgerView</name>
    <message>
        <source>Copy of the sweep</source>
        <translation>Copie du balayage</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>estimé</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>mesuré</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits par poids</translation>
    </message>
    <message>
        <source>Linear weights</source>
        <translation>Poids linéaires</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>Sur disque</translation>
    </message>
    <message>
        <source>Resident</source>
        <translation>En mémoire</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Zéros</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Noyau de calcul</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Nothing is known yet. Run it to measure.</source>
        <translation>Rien n’est encore connu. Exécutez l’étape pour mesurer.</translation>
    </message>
    <message>
        <source>from the cache</source>
        <translation>depuis le cache</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1, from the cache</source>
        <translation>%1, depuis le cache</translation>
    </message>
    <message>
        <source>The results stand at the models it measures.</source>
        <translation>Les résultats figurent auprès des modèles mesurés.</translation>
    </message>
    <message>
        <source>Measured before the last edits.</source>
        <translation>Mesuré avant les dernières modifications.</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>%1, estimated: %2</source>
        <translation>%1, estimé&#x202f;: %2</translation>
    </message>
    <message>
        <source>%1, measured: %2</source>
        <translation>%1, mesuré&#x202f;: %2</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>et %1 autres</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LibraryModel</name>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>%1 model of the model store, %2.</source>
        <translation>Modèle %1 du dépôt de modèles, %2.</translation>
    </message>
    <message>
        <source>Open a model …</source>
        <translation>Ouvrir un modèle …</translation>
    </message>
    <message>
        <source>Adds a GGUF file from anywhere to the canvas. A file or folder can also be dropped there.</source>
        <translation>Ajoute au canevas un fichier GGUF de n’importe où. Un fichier ou un dossier peut aussi y être déposé.</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Données</translation>
    </message>
    <message>
        <source>%1 from a file</source>
        <translation>%1 depuis un fichier</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Documents types</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LibraryPanel</name>
    <message>
        <source>Library</source>
        <translation>Bibliothèque</translation>
    </message>
    <message>
        <source>Find steps, models, templates</source>
        <translation>Chercher étapes, modèles, documents types</translation>
    </message>
    <message>
        <source>Find in the library</source>
        <translation>Chercher dans la bibliothèque</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <source>Nothing matches “%1”.</source>
        <translation>Rien ne correspond à «&#x202f;%1&#x202f;».</translation>
    </message>
    <message>
        <source>%1 · v%2</source>
        <translation>%1 · v%2</translation>
    </message>
    <message>
        <source>Open the template</source>
        <translation>Ouvrir le document type</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>Choisir un fichier …</translation>
    </message>
    <message>
        <source>Add to the canvas</source>
        <translation>Ajouter au canevas</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ouvrir un modèle</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>Modèles (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::LogView</name>
    <message>
        <source>warning</source>
        <translation>avertissement</translation>
    </message>
    <message>
        <source>error</source>
        <translation>erreur</translation>
    </message>
    <message>
        <source>Log of the run</source>
        <translation>Journal de l’exécution</translation>
    </message>
    <message>
        <source>The log appears here while a document runs.</source>
        <translation>Le journal s’affiche ici pendant qu’un document s’exécute.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Copier tout le journal</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>Aller à la fin</translation>
    </message>
</context>
<context>
    <name>kelter::ui::MainWindow</name>
    <message>
        <source>Workbench pages</source>
        <translation>Pages de l’atelier</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>Canevas</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Résultats</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothèque</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspecteur</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Exécution</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Erreurs</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Moteur</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progression</translation>
    </message>
    <message>
        <source>Open a document or a model</source>
        <translation>Ouvrir un document ou un modèle</translation>
    </message>
    <message>
        <source>Documents and models (*.kelter *.gguf);;All files (*)</source>
        <translation>Documents et modèles (*.kelter *.gguf);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Save changes?</source>
        <translation>Enregistrer les modifications&#x202f;?</translation>
    </message>
    <message>
        <source>“%1” has changes that are not saved.</source>
        <translation>«&#x202f;%1&#x202f;» contient des modifications non enregistrées.</translation>
    </message>
    <message>
        <source>This cannot be opened</source>
        <translation>Impossible d’ouvrir cet élément</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Enregistré</translation>
    </message>
    <message>
        <source>Save the document</source>
        <translation>Enregistrer le document</translation>
    </message>
    <message>
        <source>Kelter documents (*.kelter)</source>
        <translation>Documents Kelter (*.kelter)</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>exécution annulée</translation>
    </message>
    <message>
        <source>done</source>
        <translation>exécution terminée</translation>
    </message>
    <message>
        <source>%1 of %2 models, %3</source>
        <translation>modèles&#x202f;: %1 sur %2, %3</translation>
    </message>
    <message>
        <source>Kelter ended before “%1” was saved (%2).</source>
        <translation>Kelter s’est arrêté avant l’enregistrement de «&#x202f;%1&#x202f;» (%2).</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurer</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <source>%1[*] — Kelter</source>
        <translation>%1[*] — Kelter</translation>
    </message>
    <message>
        <source>Engine not started</source>
        <translation>Moteur non démarré</translation>
    </message>
    <message>
        <source>Loading the engine …</source>
        <translation>Chargement du moteur …</translation>
    </message>
    <message>
        <source>No engine: %1</source>
        <translation>Pas de moteur&#x202f;: %1</translation>
    </message>
    <message>
        <source>A run is under way. What is finished is kept and can be resumed.</source>
        <translation>Une exécution est en cours. Ce qui est terminé est conservé et peut être repris.</translation>
    </message>
    <message>
        <source>Close the window?</source>
        <translation>Fermer la fenêtre&#x202f;?</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Arrêter et fermer</translation>
    </message>
    <message>
        <source>Close without saving</source>
        <translation>Fermer sans enregistrer</translation>
    </message>
    <message>
        <source>The language changes when Kelter is opened next.</source>
        <translation>La langue changera à la prochaine ouverture de Kelter.</translation>
    </message>
    <message>
        <source>&amp;Pipeline</source>
        <translation>&amp;Pipeline</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <source>&amp;New document</source>
        <translation>&amp;Nouveau document</translation>
    </message>
    <message>
        <source>&amp;Open …</source>
        <translation>&amp;Ouvrir …</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Documents &amp;récents</translation>
    </message>
    <message>
        <source>None so far</source>
        <translation>Aucun pour l’instant</translation>
    </message>
    <message>
        <source>Open a model &amp;folder …</source>
        <translation>Ouvrir un dossier de &amp;modèle …</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Ouvrir un dossier de modèle</translation>
    </message>
    <message>
        <source>Open a r&amp;un folder …</source>
        <translation>Ouvrir un dossier d’e&amp;xécution …</translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation>Ouvrir un dossier d’exécution</translation>
    </message>
    <message>
        <source>Open the &amp;demo</source>
        <translation>Ouvrir la &amp;démo</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Enregistrer</translation>
    </message>
    <message>
        <source>Save &amp;as …</source>
        <translation>Enregistrer &amp;sous …</translation>
    </message>
    <message>
        <source>Start &amp;page</source>
        <translation>&amp;Page d’accueil</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Fermer la fenêtre</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>É&amp;dition</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Search everything …</source>
        <translation>Tout rechercher …</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <source>&amp;Canvas</source>
        <translation>&amp;Canevas</translation>
    </message>
    <message>
        <source>&amp;Results</source>
        <translation>&amp;Résultats</translation>
    </message>
    <message>
        <source>&amp;Try it</source>
        <translation>&amp;Essayer</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Apparence</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Large type</source>
        <translation>Grands caractères</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Langue</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>E&amp;xécuter</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Tout exécuter</translation>
    </message>
    <message>
        <source>Run the selection</source>
        <translation>Exécuter la sélection</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Interrompre</translation>
    </message>
    <message>
        <source>Re&amp;sults</source>
        <translation>&amp;Résultats</translation>
    </message>
    <message>
        <source>Export the figure: accuracy …</source>
        <translation>Exporter la figure&#x202f;: exactitude …</translation>
    </message>
    <message>
        <source>Export the figure: perplexity …</source>
        <translation>Exporter la figure&#x202f;: perplexité …</translation>
    </message>
    <message>
        <source>Export the figure: memory …</source>
        <translation>Exporter la figure&#x202f;: mémoire …</translation>
    </message>
    <message>
        <source>Export the figure: throughput …</source>
        <translation>Exporter la figure&#x202f;: débit …</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>Fe&amp;nêtre</translation>
    </message>
    <message>
        <source>&amp;New window</source>
        <translation>&amp;Nouvelle fenêtre</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;ide</translation>
    </message>
    <message>
        <source>&amp;About Kelter</source>
        <translation>À &amp;propos de Kelter</translation>
    </message>
    <message>
        <source>About Kelter</source>
        <translation>À propos de Kelter</translation>
    </message>
    <message>
        <source>Kelter %1

Presses language models, and shows honestly what came out.

Licence: GPL-3.0-or-later. Uses Qt, libtorch, QCustomPlot and others: see THIRD_PARTY.md.</source>
        <translation>Kelter %1

Presse des modèles de langue, et montre honnêtement ce qui en sort.

Licence&#x202f;: GPL-3.0-or-later. Utilise Qt, libtorch, QCustomPlot et d’autres&#x202f;: voir THIRD_PARTY.md.</translation>
    </message>
    <message>
        <source>Main tool bar</source>
        <translation>Barre d’outils principale</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Add step</source>
        <translation>Ajouter une étape</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Tout rechercher</translation>
    </message>
    <message>
        <source>Add step: %1</source>
        <translation>Ajouter une étape&#x202f;: %1</translation>
    </message>
    <message>
        <source>Go to node: %1</source>
        <translation>Aller au nœud&#x202f;: %1</translation>
    </message>
    <message>
        <source>Open recent: %1</source>
        <translation>Ouvrir un document récent&#x202f;: %1</translation>
    </message>
    <message>
        <source>Search steps, nodes, commands (%1)</source>
        <translation>Chercher étapes, nœuds, commandes (%1)</translation>
    </message>
    <message>
        <source>Search (%1)</source>
        <translation>Rechercher (%1)</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Un problème est survenu</translation>
    </message>
    <message>
        <source>Open a .kelter document, a GGUF file, a model folder (Hugging Face or Kelter) or a run folder.</source>
        <translation>Ouvrez un document .kelter, un fichier GGUF, un dossier de modèle (Hugging Face ou Kelter) ou un dossier d’exécution.</translation>
    </message>
    <message>
        <source>Step %1 of %2 · %3 · %4</source>
        <translation>Étape %1 sur %2 · %3 · %4</translation>
    </message>
    <message>
        <source>&amp;Earlier versions</source>
        <translation>&amp;Versions antérieures</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>Enregistré %1</translation>
    </message>
    <message>
        <source>Ne&amp;xt panel</source>
        <translation>Panneau &amp;suivant</translation>
    </message>
    <message>
        <source>&amp;Previous panel</source>
        <translation>Panneau &amp;précédent</translation>
    </message>
    <message>
        <source>Te&amp;nsors</source>
        <translation>Te&amp;nseurs</translation>
    </message>
    <message>
        <source>Compute type</source>
        <translation>Type de calcul</translation>
    </message>
    <message>
        <source>The type numbers are computed in; the device is chosen in the run panel</source>
        <translation>Le type des nombres calculés ; le périphérique se choisit dans le panneau d’exécution</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatique</translation>
    </message>
    <message>
        <source>On a GPU only</source>
        <translation>Sur un GPU seulement</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tenseurs</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
</context>
<context>
    <name>kelter::ui::MiniMap</name>
    <message>
        <source>Overview of the canvas</source>
        <translation>Vue d’ensemble du canevas</translation>
    </message>
    <message>
        <source>Overview: click or drag to go there</source>
        <translation>Vue d’ensemble&#x202f;: cliquez ou faites glisser pour y aller</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NoResults</name>
    <message>
        <source>No results yet: add a model and a step first</source>
        <translation>Aucun résultat pour l’instant&#x202f;: ajoutez d’abord un modèle et une étape</translation>
    </message>
    <message>
        <source>No results yet: press Run all</source>
        <translation>Pas encore de résultats&#x202f;: appuyez sur «&#x202f;Tout exécuter&#x202f;»</translation>
    </message>
    <message>
        <source>Accuracy, perplexity, memory and speed of every branch that a measure is linked to appear here side by side while they are computed.</source>
        <translation>L’exactitude, la perplexité, la mémoire et la vitesse de chaque branche reliée à une mesure s’affichent ici côte à côte au fur et à mesure du calcul.</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Tout exécuter</translation>
    </message>
    <message>
        <source>Run the pipeline</source>
        <translation>Exécuter le pipeline</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NodeHeader</name>
    <message>
        <source>Show the help of every field</source>
        <translation>Afficher l’aide de chaque champ</translation>
    </message>
    <message>
        <source>Name of the node</source>
        <translation>Nom du nœud</translation>
    </message>
    <message>
        <source>Letters, digits, - and _. Results and files of this node carry the name.</source>
        <translation>Lettres, chiffres, - et _. Les résultats et les fichiers de ce nœud portent ce nom.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>%1 · v%2</source>
        <translation>%1 · v%2</translation>
    </message>
    <message>
        <source>No plugin describes this step. It is kept as it is and cannot run here.</source>
        <translation>Aucun greffon ne décrit cette étape. Elle est conservée telle quelle et ne peut pas être exécutée ici.</translation>
    </message>
    <message>
        <source>close the card</source>
        <translation>fermer la fiche</translation>
    </message>
    <message>
        <source>card ›</source>
        <translation>fiche ›</translation>
    </message>
    <message>
        <source>The whole card of the step</source>
        <translation>La fiche complète de l’étape</translation>
    </message>
</context>
<context>
    <name>kelter::ui::NodePage</name>
    <message>
        <source>Single layers</source>
        <translation>Couches particulières</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>Bilan</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Contourner</translation>
    </message>
    <message>
        <source>What comes in goes on as it is; a bypassed measure measures nothing.</source>
        <translation>Ce qui entre continue tel quel&#x202f;; une mesure contournée ne mesure rien.</translation>
    </message>
    <message>
        <source>End the bypass</source>
        <translation>Ne plus contourner</translation>
    </message>
    <message>
        <source>Rename %1</source>
        <translation>Renommer %1</translation>
    </message>
    <message>
        <source>Show the tensors</source>
        <translation>Montrer les tenseurs</translation>
    </message>
    <message>
        <source>Show the tensors of this model</source>
        <translation>Montrer les tenseurs de ce modèle</translation>
    </message>
</context>
<context>
    <name>kelter::ui::OverrideModel</name>
    <message>
        <source>As in the whole step</source>
        <translation>Comme dans toute l’étape</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>Name the layers, such as 0:4.</source>
        <translation>Indiquez les couches, par exemple 0:4.</translation>
    </message>
    <message>
        <source>There is a row for these layers.</source>
        <translation>Il y a déjà une ligne pour ces couches.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::OverrideTable</name>
    <message>
        <source>Layers that differ</source>
        <translation>Couches qui diffèrent</translation>
    </message>
    <message>
        <source>Change single layers</source>
        <translation>Modifier des couches particulières</translation>
    </message>
    <message>
        <source>Add layers</source>
        <translation>Ajouter des couches</translation>
    </message>
    <message>
        <source>Remove the row of layers</source>
        <translation>Retirer la ligne de couches</translation>
    </message>
    <message>
        <source>Muted values are those of the whole step.</source>
        <translation>Les valeurs estompées sont celles de toute l’étape.</translation>
    </message>
    <message>
        <source>All layers have the values above.</source>
        <translation>Toutes les couches ont les valeurs ci-dessus.</translation>
    </message>
    <message>
        <source>Add layers that differ</source>
        <translation>Ajouter des couches qui diffèrent</translation>
    </message>
    <message>
        <source>Remove layers that differ</source>
        <translation>Retirer des couches qui diffèrent</translation>
    </message>
    <message>
        <source>Add a column: a parameter in which the layers differ</source>
        <translation>Ajouter une colonne : un paramètre par lequel les couches diffèrent</translation>
    </message>
    <message>
        <source>Settings for layer %1</source>
        <translation>Réglages de la couche %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterEditor</name>
    <message>
        <source>Another file…</source>
        <translation>Autre fichier…</translation>
    </message>
    <message>
        <source>all</source>
        <translation>toutes</translation>
    </message>
    <message>
        <source>Choose a file for %1</source>
        <translation>Choisir un fichier pour %1</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Choisir un dossier</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Choisir un fichier</translation>
    </message>
    <message>
        <source>values, separated by spaces</source>
        <translation>valeurs, séparées par des espaces</translation>
    </message>
    <message>
        <source>%1, values of the sweep</source>
        <translation>%1, valeurs du balayage</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterForm</name>
    <message>
        <source>Reset %1</source>
        <translation>Réinitialiser %1</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>Modifier %1</translation>
    </message>
    <message>
        <source>A value is needed.</source>
        <translation>Une valeur est nécessaire.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ParameterRow</name>
    <message>
        <source>Sweep %1 over several values</source>
        <translation>Balayer plusieurs valeurs de %1</translation>
    </message>
    <message>
        <source>Reset %1 to its default</source>
        <translation>Rétablir la valeur par défaut de %1</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>Valeurs admises&#x202f;: %1.</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>Par défaut&#x202f;: %1.</translation>
    </message>
    <message>
        <source>“%1” was not taken. %2</source>
        <translation>«&#x202f;%1&#x202f;» n’a pas été retenu. %2</translation>
    </message>
    <message>
        <source>1 value</source>
        <translation>1 valeur</translation>
    </message>
    <message>
        <source>%1 values, one branch for each</source>
        <translation>%1 valeurs, une branche pour chacune</translation>
    </message>
    <message>
        <source>Nothing lies there now.</source>
        <translation>Il n’y a rien là pour l’instant.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::PickList</name>
    <message>
        <source>Choices</source>
        <translation>Choix</translation>
    </message>
    <message>
        <source>Nothing of that name fits here.</source>
        <translation>Rien de ce nom ne convient ici.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ProblemList</name>
    <message>
        <source>Where:</source>
        <translation>Où&#x202f;:</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Pourquoi&#x202f;:</translation>
    </message>
    <message>
        <source>Try:</source>
        <translation>À essayer&#x202f;:</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the error</source>
        <translation>Copier l’erreur</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ProgressBars</name>
    <message>
        <source>Progress of the run</source>
        <translation>Progression de l’exécution</translation>
    </message>
    <message>
        <source>%1 % of the run, %2 % of this step</source>
        <translation>%1&#xa0;% de l’exécution, %2&#xa0;% de cette étape</translation>
    </message>
</context>
<context>
    <name>kelter::ui::QueueView</name>
    <message>
        <source>next</source>
        <translation>suivante</translation>
    </message>
    <message>
        <source>Runs that wait</source>
        <translation>Exécutions en attente</translation>
    </message>
    <message>
        <source>Drag, or Alt+Up and Alt+Down, to reorder; Ctrl+Return runs next; Delete removes</source>
        <translation>Pour réordonner, faites glisser ou utilisez Alt+Haut et Alt+Bas&#x202f;; Ctrl+Entrée exécute ensuite&#x202f;; Suppr retire</translation>
    </message>
    <message>
        <source>Run next</source>
        <translation>Exécuter ensuite</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RecentDocuments</name>
    <message>
        <source>today %1</source>
        <translation>aujourd’hui %1</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>hier %1</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RecentRow</name>
    <message>
        <source>Take %1 off this list</source>
        <translation>Retirer %1 de cette liste</translation>
    </message>
    <message>
        <source>Take off this list. The file stays.</source>
        <translation>Retirer de cette liste. Le fichier reste.</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>introuvable</translation>
    </message>
    <message>
        <source>resume</source>
        <translation>reprendre</translation>
    </message>
    <message>
        <source>open</source>
        <translation>ouvrir</translation>
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
        <translation>Les résultats marqués périmés ont été obtenus avec d’autres réglages que ceux du document actuel.</translation>
    </message>
    <message>
        <source>Run</source>
        <comment>verb</comment>
        <translation>Exécuter</translation>
    </message>
    <message>
        <source>Run what is stale</source>
        <translation>Exécuter ce qui est périmé</translation>
    </message>
    <message>
        <source>Recorded on another machine, %1</source>
        <translation>Enregistré sur une autre machine, %1</translation>
    </message>
    <message>
        <source>Recorded on %1, %2</source>
        <translation>Enregistré sur %1, %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsHeader</name>
    <message>
        <source>Decimal comma in LaTeX</source>
        <translation>Virgule décimale en LaTeX</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Résultats</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>Copier le tableau</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>Exporter la figure…</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>Graphiques</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
    <message>
        <source>Plots and table</source>
        <translation>Graphiques et tableau</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Copier en CSV</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Copier en Markdown</translation>
    </message>
    <message>
        <source>Copy as LaTeX (booktabs)</source>
        <translation>Copier en LaTeX (booktabs)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a figure and its protocol</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsPanel</name>
    <message>
        <source>Measure with one protocol</source>
        <translation>Mesurer selon un seul protocole</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsTable</name>
    <message>
        <source>Results as a table</source>
        <translation>Résultats sous forme de tableau</translation>
    </message>
    <message>
        <source>Columns: click to sort, right-click to choose</source>
        <translation>Colonnes&#x202f;: cliquez pour trier, cliquez droit pour choisir</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
</context>
<context>
    <name>kelter::ui::ResultsTableModel</name>
    <message>
        <source>Stale: made with other settings than the document has now.</source>
        <translation>Périmé&#x202f;: obtenu avec d’autres réglages que ceux du document actuel.</translation>
    </message>
    <message>
        <source>%1 (stale)</source>
        <translation>%1 (périmé)</translation>
    </message>
</context>
<context>
    <name>kelter::ui::RunPanel</name>
    <message>
        <source>Run</source>
        <translation>Exécution</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Tout exécuter</translation>
    </message>
    <message>
        <source>Run the whole document</source>
        <translation>Exécuter tout le document</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Go on with the run; what was finished is used again</source>
        <translation>Poursuivre l’exécution&#x202f;; ce qui était terminé est réutilisé</translation>
    </message>
    <message>
        <source>Repeat failed</source>
        <translation>Relancer les échecs</translation>
    </message>
    <message>
        <source>Run again what failed, with what it needs</source>
        <translation>Relancer ce qui a échoué, avec ce dont il a besoin</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Interrompre</translation>
    </message>
    <message>
        <source>Stop the run; what was finished is kept</source>
        <translation>Arrêter l’exécution&#x202f;; ce qui est terminé est conservé</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Copier tout le journal</translation>
    </message>
    <message>
        <source>Go to the end of the log</source>
        <translation>Aller à la fin du journal</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>File d’attente</translation>
    </message>
    <message>
        <source>Run next (Ctrl+Return)</source>
        <translation>Exécuter ensuite (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Move up (Alt+Up)</source>
        <translation>Monter (Alt+Haut)</translation>
    </message>
    <message>
        <source>Move down (Alt+Down)</source>
        <translation>Descendre (Alt+Bas)</translation>
    </message>
    <message>
        <source>Remove from the queue (Delete)</source>
        <translation>Retirer de la file d’attente (Suppr)</translation>
    </message>
    <message>
        <source>looking up what is known already …</source>
        <translation>recherche de ce qui est déjà connu …</translation>
    </message>
    <message>
        <source>waits for the engine to load …</source>
        <translation>attend le chargement du moteur …</translation>
    </message>
    <message>
        <source>starts …</source>
        <translation>démarre …</translation>
    </message>
    <message>
        <source>nothing can be computed: see Errors</source>
        <translation>rien ne peut être calculé&#x202f;: voir «&#x202f;Erreurs&#x202f;»</translation>
    </message>
    <message>
        <source>Open the demo or a model, add a step, then press Run all.</source>
        <translation>Ouvrez la démo ou un modèle, ajoutez une étape, puis appuyez sur «&#x202f;Tout exécuter&#x202f;».</translation>
    </message>
    <message>
        <source>Nothing has run yet.</source>
        <translation>Rien n’a encore été exécuté.</translation>
    </message>
    <message>
        <source>made on another machine</source>
        <translation>obtenu sur une autre machine</translation>
    </message>
    <message>
        <source>made on %1</source>
        <translation>obtenu sur %1</translation>
    </message>
    <message>
        <source>Nothing waits.</source>
        <translation>Rien n’attend.</translation>
    </message>
    <message>
        <source>A run that is started while another one is under way queues here.</source>
        <translation>Une exécution lancée pendant une autre se met ici en file d’attente.</translation>
    </message>
</context>
<context>
    <name>kelter::ui::SelectionPage</name>
    <message>
        <source>Bypass the selected steps</source>
        <translation>Contourner les étapes sélectionnées</translation>
    </message>
    <message>
        <source>Bypass</source>
        <translation>Contourner</translation>
    </message>
    <message>
        <source>Remove from the canvas</source>
        <translation>Retirer du canevas</translation>
    </message>
    <message>
        <source>End the bypass</source>
        <translation>Ne plus contourner</translation>
    </message>
    <message>
        <source>Remove %1 steps</source>
        <translation>Retirer %1 étapes</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 étapes</translation>
    </message>
</context>
<context>
    <name>kelter::ui::StartPage</name>
    <message>
        <source>Start</source>
        <translation>Accueil</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Récents</translation>
    </message>
    <message>
        <source>Press a language model. See what is left of it.</source>
        <translation>Pressez un modèle de langue. Voyez ce qu’il en reste.</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>Ouvrir la démo</translation>
    </message>
    <message>
        <source>One small model, pressed in eight ways: accuracy, perplexity, memory and speed side by side. Runs on this machine, no GPU needed.</source>
        <translation>Un petit modèle, pressé de huit façons&#x202f;: exactitude, perplexité, mémoire et vitesse côte à côte. Fonctionne sur cette machine, sans GPU.</translation>
    </message>
    <message>
        <source>Start from a template</source>
        <translation>Partir d’un document type</translation>
    </message>
    <message>
        <source>No documents yet. The demo is a good first one.</source>
        <translation>Pas encore de documents. La démo est un bon début.</translation>
    </message>
    <message>
        <source>or from an empty document</source>
        <translation>ou d’un document vide</translation>
    </message>
    <message>
        <source>Back to “%1”</source>
        <translation>Retour à « %1 »</translation>
    </message>
</context>
<context>
    <name>kelter::ui::StatisticsView</name>
    <message>
        <source>Statistics of the tensor</source>
        <translation>Statistiques du tenseur</translation>
    </message>
    <message>
        <source>Least</source>
        <translation>Minimum</translation>
    </message>
    <message>
        <source>The smallest value</source>
        <translation>La plus petite valeur</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Maximum</translation>
    </message>
    <message>
        <source>The greatest value</source>
        <translation>La plus grande valeur</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Moyenne</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>Écart-type</translation>
    </message>
    <message>
        <source>Standard deviation of all values</source>
        <translation>Écart-type de toutes les valeurs</translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>3 for a normal distribution; larger with outliers</source>
        <translation>3 pour une loi normale ; davantage avec des valeurs aberrantes</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Zéros</translation>
    </message>
    <message>
        <source>Values that are exactly zero</source>
        <translation>Valeurs exactement nulles</translation>
    </message>
    <message>
        <source>Values that are no finite number; all other rows leave them out</source>
        <translation>Valeurs qui ne sont pas un nombre fini ; les autres lignes les ignorent</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Valeurs</translation>
    </message>
    <message>
        <source>Choose a tensor to read its numbers: least, largest, mean, deviation, kurtosis, zeros and a histogram.</source>
        <translation>Choisissez un tenseur pour lire ses nombres : minimum, maximum, moyenne, écart-type, kurtosis, zéros et un histogramme.</translation>
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
        <translation>Ce que cela fait</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formule</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Article</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Coût</translation>
    </message>
    <message>
        <source>What it really saves</source>
        <translation>Ce que cela économise vraiment</translation>
    </message>
</context>
<context>
    <name>kelter::ui::Switch</name>
    <message>
        <source>on</source>
        <translation>activé</translation>
    </message>
    <message>
        <source>off</source>
        <translation>désactivé</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorStatistics</name>
    <message>
        <source>waiting for a pause of the run …</source>
        <translation>attend une pause de l’exécution …</translation>
    </message>
    <message>
        <source>reading its numbers …</source>
        <translation>lecture de ses nombres …</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorTree</name>
    <message>
        <source>Tensors</source>
        <translation>Tenseurs</translation>
    </message>
    <message>
        <source>Columns: click to sort</source>
        <translation>Colonnes : cliquer pour trier</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Copier les lignes</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Copier en CSV</translation>
    </message>
    <message>
        <source>Copy names</source>
        <translation>Copier les noms</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>Tout déplier</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>Tout replier</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorTreeModel</name>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message numerus="yes">
        <source>%n formats</source>
        <translation>
            <numerusform>%n format</numerusform>
            <numerusform>%n formats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tenseur</numerusform>
            <numerusform>%n tenseurs</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 octets</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 paramètres</translation>
    </message>
    <message>
        <source>Of the bytes of all tensors in the file</source>
        <translation>Des octets de tous les tenseurs du fichier</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forme</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Octets</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Part</translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorsPanel</name>
    <message>
        <source>Tensors</source>
        <translation>Tenseurs</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>The model whose tensors are listed: a file of the document, or what a step has made</source>
        <translation>Le modèle dont les tenseurs sont listés : un fichier du document, ou ce qu’une étape a produit</translation>
    </message>
    <message>
        <source>How many tensors are listed</source>
        <translation>Nombre de tenseurs listés</translation>
    </message>
    <message>
        <source>Search tensors (%1)</source>
        <translation>Chercher des tenseurs (%1)</translation>
    </message>
    <message>
        <source>Search tensors by name, format or shape</source>
        <translation>Chercher des tenseurs par nom, format ou forme</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Read the model again</source>
        <translation>Relire le modèle</translation>
    </message>
    <message>
        <source>Search tensors</source>
        <translation>Chercher des tenseurs</translation>
    </message>
    <message>
        <source>%1 has no model yet</source>
        <translation>%1 n’a pas encore de modèle</translation>
    </message>
    <message>
        <source>Run it, or give it a file: its tensors are listed here then.</source>
        <translation>Exécutez-la, ou donnez-lui un fichier : ses tenseurs seront listés ici.</translation>
    </message>
    <message>
        <source>No model to look into</source>
        <translation>Aucun modèle à examiner</translation>
    </message>
    <message>
        <source>Open a model or add one to the canvas: its tensors are listed here, before any run.</source>
        <translation>Ouvrez un modèle ou ajoutez-en un au canevas : ses tenseurs sont listés ici, avant toute exécution.</translation>
    </message>
    <message>
        <source>Loading the engine …</source>
        <translation>Chargement du moteur …</translation>
    </message>
    <message>
        <source>Reading the list of tensors …</source>
        <translation>Lecture de la liste des tenseurs …</translation>
    </message>
    <message>
        <source>The list comes as soon as it is there.</source>
        <translation>La liste apparaîtra dès qu’il sera prêt.</translation>
    </message>
    <message>
        <source>stale: made with other settings</source>
        <translation>périmé : fait avec d’autres réglages</translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tenseur</numerusform>
            <numerusform>%n tenseurs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n tensor(s)</source>
        <translation>
            <numerusform>%1 de %n tenseur</numerusform>
            <numerusform>%1 de %n tenseurs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::Workbench</name>
    <message>
        <source>There is nothing to run</source>
        <translation>Il n’y a rien à exécuter</translation>
    </message>
    <message>
        <source>the document has no steps</source>
        <translation>le document n’a pas d’étapes</translation>
    </message>
    <message>
        <source>Add a model and a step first.</source>
        <translation>Ajoutez d’abord un modèle et une étape.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#x202f;: %2</translation>
    </message>
    <message>
        <source>%1: what failed</source>
        <translation>%1&#x202f;: ce qui a échoué</translation>
    </message>
</context>
</TS>
