#!/usr/bin/env python3
"""Make the example crawl: examples/crawl/ and examples/truth.tsv.

Takes the invented stories in examples/stories/*.json, publishes them on
thirteen invented news sites, wraps every page in that site's furniture (menu,
read-also list, share line, newsletter, footer ...) and writes what a scraper
would have delivered. Copies, reprints, abridged versions, round-ups and
template pages are planted on purpose; truth.tsv lists every planted pair.

Needs only Python 3.11. No clock, no network, one fixed seed: running it again
gives the same bytes. Run:  python3 examples/make_crawl.py
"""
import itertools
import json
import random
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
CRAWL = HERE / "crawl"
RNG = random.Random(20250303)
FIRST_DAY = datetime(2025, 3, 3, 6, 0)

# --------------------------------------------------------------------- sites
# layout: one line per block, as an extractor gives it. Lines that start with
# @ are filled in: @title, @body, @related (titles of other pages of the site);
# {section} {author} {date} {hours} {count} are filled in per page.
# dateline: how the site credits wire stories. url: its address scheme.
# style: typographic habits of the site (see STYLES); gap: between paragraphs;
# extra: a field no reader asks for; ascii: JSON with \u escapes; plain: text files.

SITES = {
    "harbour-courier.example": dict(
        lang="en", style=["curly"], gap="\n", author="Nell Tarrant",
        dateline="{place} (Northline) - ", url="/{ymd}/{slug}/", extra="author", layout="""\
Home | News | Harbour | Sport | Tides
News › {section}
@title
By {author} | {date} | 3 min read
@body
Share: Mail | Link | Print
Read also
@related
Get the Courier's morning letter. No spam, only ships.
Leave a reply
© 2025 Harbour Courier. All rights reserved."""),
    "valley-ledger.example": dict(
        lang="en", style=[], gap="\n\n", author="Ledger desk",
        dateline="{place}, Northline - ", url="/news/{n}-{slug}", extra="crawl", layout="""\
The Valley Ledger
Front page
Markets
Farming
Letters
Subscribe
@title
Published {hours} hours ago
@body
More from the Ledger
@related
Terms | Privacy | Contact the desk
Copyright 2025 Valley Ledger Press, Marrowick"""),
    "northgate-post.example": dict(
        lang="en", style=["curly"], gap="\n", author="Post staff",
        dateline="{place} – ", url="/article/{slug}", extra="", layout="""\
Skip to content
NORTHGATE POST - {section} - Jobs - Notices
@title
{date}
@body
Source: Northgate Post and agencies
You may also like
@related
Was this page useful? Yes No
Northgate Post is printed on Tuesdays and Fridays. © 2025"""),
    "meridian-daily.example": dict(
        lang="en", style=["numbers"], gap="\n\n", author="Meridian wire room",
        dateline="{place} | Northline | ", url="/{section}/{slug}.html", extra="tags", layout="""\
Menu
Search
Sign in
@title
{author}, updated {date}
@body
Follow the Meridian: Letters | Audio
Keep reading
@related
Join the conversation ({count} comments)
Meridian Daily 2025 | Imprint | Cookies"""),
    "al-manara-news.example": dict(
        lang="ar", style=[], gap="\n", author="هناء الصيداوي",
        dateline="{place} – وكالة الغمام للأنباء: ", url="/{ymd}/{slug}/", extra="author", layout="""\
تنبيه: هذا القالب غير مرخّص، يرجى شراء النسخة الأصلية من المطوّر لإزالة هذه الرسالة.
الرئيسية | {section} | آراء | اتصل بنا
@title
نُشر قبل {hours} ساعات
@body
شارك هذا الموضوع
اقرأ أيضاً:
@related
{section} {count} خبر
© 2025 منارة الأخبار"""),
    "sada-alwaha.example": dict(
        lang="ar", style=["tanwin"], gap="\n\n", author="فريق الصدى",
        dateline="{place} / الغمام – ", url="/{title}/", extra="crawl", layout="""\
صدى الواحة
أنت تتصفح نسخة تجريبية من قالب لم يُفعَّل ترخيصه بعد.
@title
{author} - {date}
@body
انسخ رابط الخبر
مواضيع ذات صلة
@related
اشترك في نشرة الصباح
عدد المشاهدات {count}"""),
    "jaridat-almarfa.example": dict(
        lang="ar", style=["plain-quotes"], gap="\n", author="مكتب المرفأ",
        dateline="{place} (الغمام) ", url="/news/{n}", extra="", layout="""\
المرفأ | محليات | بحر | طقس | وظائف
@title
{date}
@body
طباعة | إرسال
قد يهمك أيضاً
@related
أضف تعليقاً
حقوق النشر محفوظة لجريدة المرفأ 2025"""),
    "nabd-aljabal.example": dict(
        lang="ar", style=["bare", "arabic-digits"], gap="\n", author="سامر الوادي",
        dateline="{place}، نبض الجبل: ", url="/node/{n}", extra="author", ascii=True, layout="""\
نبض الجبل
القائمة
@title
كتب: {author}
منذ {hours} ساعة
@body
الوسوم: {section}
الأكثر قراءة
@related
تابعونا كل يوم
جميع الحقوق محفوظة"""),
    "akhbar-alsahel.example": dict(
        lang="ar", style=["ascii-comma"], gap="\n\n", author="قسم الأخبار",
        dateline="{place} - وكالات - ", url="/{ymd}/{n}.html", extra="crawl", layout="""\
أخبار الساحل | الرئيسية | {section} | صور
@title
آخر تحديث: {date}
@body
هل أعجبك الخبر؟ نعم لا
@related
{count} تعليق
من نحن | سياسة الخصوصية"""),
    "phare-du-val.example": dict(
        lang="fr", style=[], gap="\n", author="Élodie Marsac",
        dateline="{place} (Trois-Vents) — ", url="/{section}/{n}-{slug}", extra="author", layout="""\
Accueil | Région | Culture | Sport | Abonnez-vous
@title
Par {author}, le {date}
@body
Partager : courriel | lien
À lire aussi
@related
Votre commentaire (il sera relu avant publication)
© 2025 Le Phare du Val. Mentions légales"""),
    "gazette-deux-rives.example": dict(
        lang="fr", style=["plain-quotes"], gap="\n\n", author="La rédaction",
        dateline="{place}, agence Trois-Vents. ", url="", extra="", plain=True, layout="""\
La Gazette des Deux Rives
Rubrique : {section}
@title
Publié il y a {hours} heures
@body
Imprimer cette page
Sur le même sujet
@related
Recevez la Gazette chaque samedi
Gazette des Deux Rives, 2025"""),
    "liman-postasi.example": dict(
        lang="tr", style=["curly"], gap="\n", author="Defne Akarsu",
        dateline="{place} (Poyraz Haber Ajansı) - ", url="/haber/{slug}", extra="author", layout="""\
Ana Sayfa | Gündem | Spor | Yaşam
@title
{author} - {date}
@body
Bu haberi paylaş
Bunlar da ilginizi çekebilir
@related
Yorum yaz ({count})
© 2025 Liman Postası"""),
    "yayla-gundem.example": dict(
        lang="tr", style=[], gap="\n\n", author="Haber merkezi",
        dateline="{place}, PHA - ", url="/{ymd}/{slug}.html", extra="crawl", layout="""\
Yayla Gündem
Kategori: {section}
@title
{hours} saat önce
@body
Bağlantıyı kopyala | Yazdır
İlgili haberler
@related
Künye | Gizlilik | Reklam"""),
}

MONTHS = {
    "en": "January February March April May June".split(),
    "fr": "janvier février mars avril mai juin".split(),
    "ar": "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران".split(","),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran".split(),
}
# The topic of a story decides its section; anything else is general news.
SECTIONS = {
    "en": dict(sport="Sport", economy="Business", culture="Culture", science="Science", health="Health", _="News"),
    "fr": dict(sport="Sport", economie="Économie", culture="Culture", sante="Santé", nature="Nature", _="Région"),
    "ar": dict(sport="رياضة", economy="اقتصاد", culture="ثقافة", science="علوم", health="صحة", _="محليات"),
    "tr": dict(sport="Spor", economy="Ekonomi", culture="Kültür", science="Bilim", health="Sağlık", _="Gündem"),
}
DESK_NOTE = {  # the editor's own words above a heavily edited reprint
    "en": "This agency report has been edited and shortened by our desk.",
    "fr": "Cette dépêche d'agence a été relue et abrégée par notre rédaction.",
    "ar": "حرّر قسم الأخبار هذا التقرير نقلاً عن الوكالة واختصره.",
    "tr": "Bu ajans haberi masamız tarafından düzenlenip kısaltıldı.",
}
ARCHIVE = {
    "en": ("Archive, page {}", "All stories on this page"), "fr": ("Archives, page {}", "Tous les titres de cette page"),
    "ar": ("الأرشيف، صفحة {}", "عناوين هذه الصفحة"), "tr": ("Arşiv, sayfa {}", "Bu sayfadaki başlıklar"),
}
ROUNDUP = {
    "en": ("The week in {} paragraphs", "Our longest read of the week comes first, then the rest in a line each.", "And also:"),
    "fr": ("La semaine en {} paragraphes", "D'abord le récit qui nous a le plus retenus, ensuite le reste en une ligne.", "Et aussi :"),
    "ar": ("حصاد الأسبوع في {} فقرات", "نبدأ بأكثر ما شغل قرّاءنا، ثم نوجز الباقي في سطر لكل خبر.", "وأيضاً:"),
}

# --------------------------------------------------------------------- edits
# What a sub-editor changes: (pattern, replacement), matched as whole words.

WORDS = {
    "en": r"""on(?= \w+day\b)=>;percent=>per cent;kilometres=>km;until=>till;nearly=>almost;almost=>nearly;roughly=>about
probably=>most likely;more than=>over;about(?= \d)=>around;found=>discovered;shut=>closed;several=>a number of;metres=>meters
twice=>two times;whole=>entire;although=>though;because(?! of)=>since;began=>started;warned=>cautioned;finished=>completed
largest=>biggest;likeliest=>most likely;stressed=>underlined;pointed out=>noted;feared=>worried;metre=>meter;harbour=>harbor
said(?= that| the| it| he| she| one)=>stated;told reporters=>told journalists;forbidden=>banned;depends=>hinges;hopes=>wants
believes=>thinks;thought=>believed;expect=>anticipate;draws=>attracts;hurt=>injured;reported=>noted;disappeared=>vanished
a working day=>a weekday;promised=>pledged;offered=>proposed;(?<!the )only(?= a| one| two| three| four)=>just;(?<=, )but=>yet
called(?= the| that)=>termed;every(?= twelve| fortnight)=>once every;intends=>plans;still=>;also=>;slightly=>;a day(?!')=>per day
normally=>usually;(has|have) asked(?= to)=>\1 requested;explained=>accounted for;stopped=>halted;raise the alarm=>sound the alarm
will be=>shall be;years ago=>years earlier;a month=>per month;last year=>the previous year;people(?= were| live| who)=>persons""",
    "fr": r"""selon=>d'après;d'après=>selon;environ=>à peu près;désormais=>dorénavant;pendant=>durant;puis=>ensuite
a annoncé=>a fait savoir;a indiqué=>a précisé;a précisé=>a indiqué;a raconté=>a témoigné;a reconnu=>a admis;déjà=>
tandis que=>alors que;plusieurs d'entre=>certains d'entre;voyageurs=>passagers;bateaux=>navires;surtout=>avant tout
semble-t-il=>dit-on;a demandé=>a réclamé;réclame=>demande;vers(?= \d)=>aux environs de;souhaitent=>veulent;légèrement=>
doivent=>devraient;quelque(?= \d)=>environ;la semaine dernière=>la semaine passée;concernés=>visés;rappelant=>soulignant
parmi lesquels=>dont;conseille=>recommande;prolonge=>reconduit;a duré=>a pris;au moins=>au minimum;aurait=>pourrait avoir
ont été=>furent;a été=>fut;km/h=>kilomètres à l'heure;(?<=\d )heures=>h;(lundi|mardi|mercredi|jeudi|vendredi|samedi)=>ce \1""",
    "ar": r"""وقال=>فيما قال;وقالت=>فيما قالت;وأوضح=>وبيّن;وأوضحت=>وبيّنت;وأضاف=>وتابع;أضافت=>تابعت;نحو=>قرابة;(?<!في )حين=>عندما
(?<!من )خلال=>في غضون;وفق=>بحسب;بحسب=>وفق;غير أن=>إلا أن;لكنه=>إلا أنه;لكنها=>إلا أنها;أكثر من=>ما يزيد على;من دون=>دون
مئة=>مائة;مئتي=>مائتي;ثلاثمئة=>ثلاثمائة;أربعمئة=>أربعمائة;كلفة=>تكلفة;الكلفة=>التكلفة;في المئة=>بالمئة;بينما=>في حين
فيما=>بينما;إذ=>حيث;مشيراً=>لافتاً;مشيرة=>لافتة;وتضم=>وتشمل;تضم=>تشمل;معظم=>أغلب;بدلاً من=>عوضاً عن;على الأقل=>كحدّ أدنى
العام الماضي=>السنة الماضية;في المقابل=>بالمقابل;رأى أن=>اعتبر أن;ثم=>وبعدها;بسبب=>جرّاء;كيلومتراً=>كم;تقريباً=>
مؤكداً=>مشدداً على;مماثلة=>مشابهة;أيضاً=>كذلك;جميع=>كل;بعد أن=>عقب أن;وانتهى=>وخلص;سوى=>إلا;البالغ من العمر=>وعمره
وتبلغ=>وتقارب;ولا سيما=>وخصوصاً;بعد(?= \w)=>عقب;قبل نهاية=>قبيل انتهاء;سنتين=>عامين;يستطيع=>يقدر;تستطيع=>تقدر;وقد=>ولقد
في أثناء=>أثناء;عبر=>من خلال;عدة=>بضع;(?<!يوم )(الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت)=>يوم \1""",
    "tr": r"""yaklaşık=>aşağı yukarı;ancak=>fakat;söyledi=>dile getirdi;belirtti=>kaydetti;açıkladı=>duyurdu;anlattı=>aktardı
vurguladı=>ifade etti;bildirdi=>ifade etti;istedi=>talep etti;yalnızca=>sadece;sadece=>yalnızca;dek=>kadar;yıldır=>senedir
(yıl|saniye|dakika|hafta) önce=>\1 evvel;çünkü=>zira;kez=>defa;neredeyse=>adeta;henüz=>daha;üstelik=>dahası;birlikte=>beraber
en az=>asgari;tüm=>bütün;kent=>şehir;kente=>şehre;kentteki=>şehirdeki;geçen(?= hafta| yıl| cuma)=>geçtiğimiz;öneri=>teklif
bile=>dahi;göre=>bakılırsa;bulunmayan=>olmayan;kullanılmayan=>atıl;ihtimaline=>olasılığına;artık=>bundan böyle
planlıyor=>tasarlıyor;benimsendi=>kabul gördü;diyerek=>sözleriyle;ilk kez=>ilk defa""",
}
WORDS = {lang: [tuple(pair.split("=>")) for pair in re.split("[;\n]", text)] for lang, text in WORDS.items()}

HARAKAT = re.compile("[\u064b-\u0652]")
STYLES = {
    "curly": lambda s: re.sub(r'"([^"]*)"', r"“\1”", s).replace("'", "’"),
    "plain-quotes": lambda s: re.sub(r"[«»]", '"', s.replace("« ", "«").replace(" »", "»")),
    "numbers": lambda s: re.sub(r"(?<=\d),(?=\d{3})", " ", s),
    "tanwin": lambda s: s.replace("اً", "ًا"),
    "bare": lambda s: HARAKAT.sub("", s),
    "arabic-digits": lambda s: s.translate({ord(str(d)): chr(0x660 + d) for d in range(10)}),
    "ascii-comma": lambda s: s.replace("،", ","),
}

# degree: (share of words changed, uses another headline, merges two paragraphs,
#          adds standfirst and desk note, paragraphs dropped at the end, paragraphs kept)
DEGREES = {
    "verbatim": (0.00, False, False, False, 0, 99),
    "light": (0.015, False, False, False, 0, 99),
    "retitled": (0.02, True, True, False, 0, 99),
    "medium": (0.035, True, True, False, 1, 99),
    "heavy": (0.055, True, False, True, 1, 99),
    "abridged": (0.01, True, False, False, 0, 3),
}


def change_words(paragraphs, lang, share):
    """Replace about `share` of all words, at random places of the hand-made list."""
    wanted = round(share * sum(len(p.split()) for p in paragraphs))
    places = [(i, m.start(), m.end(), m.expand(new)) for i, p in enumerate(paragraphs) for old, new in WORDS[lang]
              for m in re.finditer(rf"(?<!\w)(?:{old})(?!\w)", p)]
    RNG.shuffle(places)
    chosen = []
    for place in places:  # no two changes at overlapping places
        if len(chosen) < wanted and all(place[0] != c[0] or place[2] <= c[1] or c[2] <= place[1] for c in chosen):
            chosen.append(place)
    out = list(paragraphs)
    for i, start, end, new in sorted(chosen, reverse=True):  # from the back: offsets stay valid
        out[i] = out[i][:start] + new + out[i][end:]
    return [re.sub(r" +", " ", p).replace(" ,", ",").strip() for p in out]


def stretch(paragraph):
    """Put a tatweel into one longer Arabic word, as headline writers do."""
    places = [m.start() for m in re.finditer(r"(?<=[بتثسشصضطظعغفقكلمنهي])[بتثسشصضطظعغفقكلمنهي](?=\w\w)", paragraph)]
    at = RNG.choice(places) if places else 0
    return paragraph[:at] + "ـ" + paragraph[at:] if at else paragraph


def edit(story, lang, degree):
    """The title and paragraphs of a story after an edit of the given degree."""
    share, retitle, merge, lead, drop, keep = DEGREES[degree]
    body = change_words(story["paragraphs"][:keep], lang, share)
    body = body[:len(body) - drop]
    if lang == "ar" and share > 0.01:
        body = [stretch(p) if i in (0, 2) else p for i, p in enumerate(body)]
    if merge:
        at = RNG.randrange(1, len(body) - 1)
        body[at:at + 2] = [body[at] + " " + body[at + 1]]
    names = story["alternative_titles"]
    title = RNG.choice(names) if retitle else story["title"]
    if lead:
        other = next((t for t in names if t != title), story["title"])
        body = [other, DESK_NOTE[lang]] + body
    return title, body, 2 if lead else 0


# --------------------------------------------------------------------- pages
PAGES = []  # every page, in the order made; numbered per site by date later


def add(host, title, body, day, *, kind, topic="", slug="", dateline_at=None, place="", **more):
    """Publish a page on a site: apply the site's typography, remember it."""
    site = SITES[host]
    body = list(body)
    if dateline_at is not None:
        body[dateline_at] = site["dateline"].format(place=place) + body[dateline_at]
    for name in site["style"]:
        title, body = STYLES[name](title), [STYLES[name](p) for p in body]
    page = dict(host=host, title=title, body=body, kind=kind, slug=slug, section=SECTIONS[site["lang"]].get(topic) or
                SECTIONS[site["lang"]]["_"], date=FIRST_DAY + timedelta(days=day, minutes=RNG.randrange(20, 900)),
                hours=RNG.randrange(2, 12), count=RNG.randrange(13, 99), url_tail="", copy_of=None, **more)
    PAGES.append(page)
    return page


def again(page, tail, same_text=True):
    """The same page once more under another address; optionally crawled later."""
    twin = dict(page, url_tail=tail, copy_of=page)
    if not same_text:  # a later visit: other "hours ago", counters and related titles
        twin.update(copy_of=None, first=page, date=page["date"] + timedelta(days=1), hours=page["hours"] + 11, count=page["count"] + 9)
    PAGES.append(twin)


def publish_stories():
    """Own stories on one site each; wire stories on two to five sites, edited."""
    for lang in ("en", "ar", "fr", "tr"):
        stories = json.loads((HERE / "stories" / f"{lang}.json").read_text(encoding="utf-8"))["stories"]
        hosts = [h for h, s in SITES.items() if s["lang"] == lang]
        degrees = itertools.cycle(["light", "medium", "retitled", "heavy", "abridged", "verbatim", "light", "medium", "heavy"])
        numbers = itertools.cycle([3, 4, 2, 5, 4])  # on how many sites a wire story appears
        own_host = itertools.cycle(hosts)
        for i, story in enumerate(stories):
            day = 2 + i * 70 // len(stories)
            common = dict(topic=story["topic"], slug=story["slug"], place=story["dateline"])
            if not story["agency"]:
                add(next(own_host), story["title"], story["paragraphs"], day, kind="own", degree="verbatim", **common)
                continue
            formula = story["topic"] == "formula"
            where = RNG.sample(hosts, min(2 if formula else next(numbers), len(hosts)))
            for turn, host in enumerate(where):
                degree = "verbatim" if turn == 0 else "light" if formula else next(degrees)
                title, body, at = edit(story, lang, degree)
                add(host, title, body, day + min(turn, 2), kind="formula" if formula else "wire", degree=degree,
                    dateline_at=at, **common)


def publish_copies():
    """Several addresses of one article, and pages that were crawled twice."""
    tails = itertools.cycle([["?utm_source=feed&utm_medium=rss"], ["?print=1"], ["?share=mail", "?utm_campaign=morning"],
                             ["?ref=home"], ["?amp=1", "?print=1", "?utm_source=letter"]])
    for host, site in SITES.items():
        mine = [p for p in PAGES if p["host"] == host and p["kind"] in ("own", "wire")]
        for page in RNG.sample(mine, 2 if site.get("plain") else 3):
            if RNG.random() < 0.75:
                for tail in next(tails):
                    again(page, tail)
            else:
                again(page, "?page_view=2", same_text=False)


def publish_roundups():
    """A digest that carries three paragraphs of one story and headlines of others."""
    for host, slug in (("meridian-daily.example", "museum-theft"), ("akhbar-alsahel.example", "bone-glue"),
                       ("phare-du-val.example", "train-nuit")):
        lang = SITES[host]["lang"]
        stories = json.loads((HERE / "stories" / f"{lang}.json").read_text(encoding="utf-8"))["stories"]
        story = next(s for s in stories if s["slug"] == slug)
        others = RNG.sample([t for s in stories if s is not story for t in s["alternative_titles"]], 4)
        title, lead, also = ROUNDUP[lang]
        add(host, title.format(7), [lead, story["title"]] + story["paragraphs"][1:4] + [also] + others, 74,
            kind="roundup", slug="week-in-brief", source=slug)


WEATHER_EN = """Forecast issued at 05:30 by the harbour weather room for Port Averil and Skerrin Sound.
Today will be {sky} with a high of {high} degrees and a low of {low} overnight. Winds from the {wind} at {knots} knots, \
gusting to {gust} off the breakwater.
Sea state in the Sound: waves of {wave} metres, visibility {vis} kilometres.
High water at Fish Steps {h1:02d}:{m1:02d} and {h2:02d}:{m2:02d}. Sunrise {r:02d}:{m2:02d}, sunset {s}:{m1:02d}.
Rain chance {rain} percent. Pressure {hpa} hectopascals and {trend}.
Small craft are reminded to call the harbour office on channel 12 before passing the outer buoy. The next bulletin \
will be issued at 17:30."""
MARKET_EN = """Prices at the Marrowick exchange at the close, in crowns. Change on the previous day in brackets.
Winter wheat, tonne: {} ({})
Feed barley, tonne: {} ({})
Rapeseed, tonne: {} ({})
Eggs, large, hundred: {} ({})
Lamb, kilo: {} ({})
Butter, kilo: {} ({})
Potatoes, sack: {} ({})
Apples, crate: {} ({})
Hay, bale: {} ({})
Volume was {} lots. Figures are supplied by the exchange office without warranty and may be corrected before the next \
session. Sellers are asked to settle weighing fees by noon on the following day."""
JOB_EN = """Vacancy reference NP-{ref}
Employer: {firm}
Place of work: {place}
Hours: {hours_week} a week, {shift}
Pay: {pay} crowns an hour, paid every second Friday
We are looking for a {role} to join a team of {team}. You will have {years} years of experience, a tidy way of working \
and a readiness to help colleagues when the day does not go to plan.
We offer {leave} days of leave, a travel pass, work clothes and a hot lunch. Training is given during working hours.
Please send a letter and the names of two people who know your work to the Northgate Post box number above, not later \
than {close}. Applications that arrive after that date cannot be considered."""
JOBS = [("night baker", "Firth & Daughters", "Marrowick"), ("crane operator", "Averil Docks", "Port Averil"),
        ("bus mechanic", "County Coaches", "Hexley"), ("ward clerk", "Hexley Hospital Trust", "Hexley"),
        ("greenhouse hand", "Thorne Nurseries", "Hatherley"), ("ferry steward", "Sound & Isles Lines", "Tolland Quay"),
        ("stone cutter", "Talbot Masonry", "Vale of Orrin"), ("library assistant", "Bellmere Council", "Bellmere")]


def publish_templates():
    """Weather bulletins, market tables and job advertisements: same words, other numbers."""
    n, pick = RNG.randrange, RNG.choice
    phrases = json.loads((HERE / "stories" / "ar.json").read_text(encoding="utf-8"))["site_phrases"]
    week = "الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت,الأحد".split(",")
    for day in range(12):
        date = FIRST_DAY + timedelta(days=day)
        text = WEATHER_EN.format(
            sky=pick(["cloudy", "mostly dry", "bright", "showery"]), high=n(8, 17), low=n(1, 8), knots=n(8, 26), gust=n(26, 45),
            wind=pick(["north", "west", "south-west", "east"]), wave=n(5, 28) / 10, vis=n(4, 30), h1=day // 2, m1=n(60),
            h2=12 + day // 2, m2=n(60), r=6, s=18, rain=n(5, 95, 5), hpa=n(985, 1031), trend=pick(["rising", "falling", "steady"]))
        add("harbour-courier.example", f"Weather for Port Averil, {date.day} March", text.split("\n"), day,
            kind="weather", slug=f"weather-port-averil-{date.day:02d}")
        text = phrases["weather"].format(city="مرسى الغزلان", day=week[day % 7], max=n(17, 31), min=n(6, 16), wind=n(12, 48),
                                         humidity=n(28, 86))
        add("jaridat-almarfa.example", f"طقس مرسى الغزلان ليوم {week[day % 7]} {date.day} آذار", text.replace(". ", ".\n").split("\n"), day,
            kind="weather", slug=f"taqs-{date.day:02d}")
    base = [212.4, 174.1, 431.0, 18.6, 9.2, 11.4, 6.3, 14.9, 31.5]
    for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
        date, values = FIRST_DAY + timedelta(days=day), []
        for i, price in enumerate(base):
            move = n(-25, 26) / 10
            base[i] = price * (1 + move / 100)
            values += [f"{base[i]:.2f}", f"{move:+.1f}"]
        add("valley-ledger.example", f"Marrowick exchange, closing prices of {date.day} March",
            MARKET_EN.format(*values, n(310, 990)).split("\n"), day, kind="market", slug=f"closing-prices-{date.day:02d}")
    for i, (role, firm, place) in enumerate(JOBS):
        text = JOB_EN.format(ref=n(1000, 9999), firm=firm, place=place, hours_week=n(20, 41, 5), pay=n(14, 29), role=role,
                             shift=pick(["early shift", "late shift", "days only"]), team=n(4, 60), years=n(1, 6),
                             leave=n(24, 33), close=f"{n(1, 29)} April")
        add("northgate-post.example", f"Wanted: {role}, {place}", text.split("\n"), 5 + 3 * i, kind="job",
            slug=f"job-{role.replace(' ', '-')}")


def publish_rubbish():
    """Pages that should not have been kept, one empty page and one that will break."""
    add("meridian-daily.example", "Page not found", [
        "Sorry, we looked everywhere and that page is not here.",
        "It may have been moved when we changed our address scheme, or the link you followed may be misspelt.",
        "Error 404. Try the search box, or go back to the front page."], 30, kind="error", slug="gone")
    add("liman-postasi.example", "Çerez tercihleriniz", [
        "Size daha iyi bir deneyim sunmak için çerez kullanıyoruz.", "Zorunlu çerezler her zaman açıktır.",
        "Ölçüm ve reklam çerezlerini dilediğiniz zaman kapatabilirsiniz.", "Tümünü kabul et", "Tümünü reddet",
        "Ayarları kaydet"], 31, kind="error", slug="cerez-tercihleri")
    add("akhbar-alsahel.example", "فيديو: غروب الشمس فوق الساحل", [], 40, kind="empty", slug="video-ghurub")
    next(p for p in PAGES if p["host"] == "valley-ledger.example" and p["kind"] == "own")["kind"] = "broken"
    for host, site in SITES.items():  # archive pages: nothing but titles
        titles = [p["title"] for p in PAGES if p["host"] == host and p["kind"] in ("own", "wire")]
        title, lead = ARCHIVE[site["lang"]]
        for page in (1, 2):
            add(host, title.format(page), [lead] + titles[(page - 1) * 6:page * 6], 75 + page, kind="archive",
                slug=f"archive-{page}")


# -------------------------------------------------------------------- output
def render(page, related):
    """The text of a page as an extractor gives it: the article inside its site's furniture."""
    if page["kind"] == "empty":
        return ""
    site, d = SITES[page["host"]], page["date"]
    month = MONTHS[site["lang"]][d.month - 1]
    lines = []
    for line in site["layout"].split("\n"):
        if line == "@title":
            lines.append(page["title"])
        elif line == "@body":
            lines.append(("\n" if page["kind"] in ("market", "archive") else site["gap"]).join(page["body"]))
        elif line == "@related":
            lines += related
        else:
            lines.append(line.format(section=page["section"], author=site["author"], hours=page["hours"],
                                     count=page["count"], date=f"{d.day} {month} {d.year}, {d:%H:%M}"))
    return "\n".join(lines)


def record(page, number):
    """One JSON record; field names and extra fields differ between sites."""
    host, site, d = page["host"], SITES[page["host"]], page["date"]
    first = page.get("first") or page  # a page crawled twice keeps its address
    path = site["url"].format(ymd=f"{first['date']:%Y/%m/%d}", slug=page["slug"], n=1000 + 7 * first["number"],
                              section=page["section"].lower(), title=page["title"].replace(" ", "-"))
    out = {"id": page["id"], "url": f"https://{host}{quote(path)}{page['url_tail']}", "site": host,
           "date": f"{d:%Y-%m-%d}" if site["gap"] == "\n" else f"{d:%Y-%m-%dT%H:%M:00Z}"}
    if host == "northgate-post.example":
        del out["site"]  # to be derived from the url
    names = ("headline", "content") if host == "meridian-daily.example" else ("title", "text")
    out |= zip(names, (page["title"], page["text"]))
    extras = {"author": site["author"], "crawl": {"depth": 1 + number % 4, "status": 200}, "tags": [page["section"]]}
    if site["extra"]:
        out[site["extra"]] = extras[site["extra"]]
    return json.dumps(out, ensure_ascii=site.get("ascii", False))


def write_crawl():
    """Number the pages of each site by date, give them text, write the files."""
    shutil.rmtree(CRAWL, ignore_errors=True)
    CRAWL.mkdir()
    for host, site in SITES.items():
        mine = sorted((p for p in PAGES if p["host"] == host), key=lambda p: (p["date"], p["slug"], p["url_tail"]))
        titles = sorted({p["title"] for p in mine if p["kind"] in ("own", "wire", "formula")})
        for number, page in enumerate(mine, 1):
            page["number"] = page["copy_of"]["number"] if page["copy_of"] else number
            page["id"] = f"{host.removesuffix('.example')}-{number:04d}"
            others = [t for t in titles if t != page["title"]]
            related = RNG.sample(others, 3 if site["lang"] == "en" else 2)
            page["text"] = page["copy_of"]["text"] if page["copy_of"] else render(page, related)
        if site.get("plain"):
            (CRAWL / host).mkdir()
            for number, page in enumerate(mine, 1):
                page["id"] = f"examples/crawl/{host}/{number:04d}.txt:1"
                (CRAWL / host / f"{number:04d}.txt").write_text(page["text"] + "\n", encoding="utf-8")
            continue
        lines = [record(page, number) for number, page in enumerate(mine, 1)]
        lines = [line[:len(line) * 3 // 5] if p["kind"] == "broken" else line for line, p in zip(lines, mine)]
        (CRAWL / f"{host}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def relation(a, b):
    """How two pages were planted to be related, or None."""
    if a["kind"] in ("own", "wire", "formula") and a["slug"] == b["slug"] and SITES[a["host"]]["lang"] == SITES[b["host"]]["lang"]:
        if a["host"] == b["host"] and (a["copy_of"] or a) is (b["copy_of"] or b):
            return "exact"
        return "near" if (a["degree"] == "abridged") == (b["degree"] == "abridged") else "abridged"
    if a["kind"] == b["kind"] == "formula" and a["slug"].split("-")[0] == b["slug"].split("-")[0]:
        return "formula" if SITES[a["host"]]["lang"] == SITES[b["host"]]["lang"] else None
    if a["kind"] == b["kind"] and a["kind"] in ("weather", "market", "job") and a["host"] == b["host"]:
        return "template"
    for whole, part in ((a, b), (b, a)):
        if whole["kind"] == "roundup" and whole["source"] == part["slug"] and part.get("degree") != "abridged":
            return "embedded"
    return None


def write_truth():
    """Every planted pair, sorted."""
    rows = []
    for a, b in itertools.combinations([p for p in PAGES if p["kind"] != "broken"], 2):
        kind = relation(a, b)
        if kind:
            rows.append("\t".join(sorted((a["id"], b["id"])) + [kind]))
    (HERE / "truth.tsv").write_text("\n".join(["a\tb\tkind"] + sorted(rows)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    publish_stories()
    publish_rubbish()
    publish_copies()
    publish_roundups()
    publish_templates()
    write_crawl()
    write_truth()
