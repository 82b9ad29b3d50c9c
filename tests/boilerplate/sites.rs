//! Invented sites: a template of its own each, and articles whose sentences stand nowhere else.

use crate::support::random::Random;
use crate::support::workdir::line;
use serde_json::json;

/// What a line of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Menu,
    Breadcrumb,
    Headline,
    Byline,
    Share,
    Sentence,
    /// In the article, and in others: a refrain, a disclaimer, a section heading.
    Recurrent,
    Counter,
    RelatedHead,
    Related,
    Neighbour,
    Form,
    Footer,
    Blank,
}

/// A page whose lines are known.
#[derive(Clone, Debug)]
pub struct Page {
    pub id: String,
    pub site: String,
    pub title: Option<String>,
    pub author: String,
    pub date: String,
    pub lines: Vec<(Part, String)>,
}

impl Page {
    pub fn text(&self) -> String {
        self.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }

    pub fn record(&self) -> String {
        let mut record = json!({
            "id": self.id, "site": self.site, "url": format!("https://{}/{}", self.site, self.id),
            "author": self.author, "date": self.date, "text": self.text(),
        });
        if let Some(title) = &self.title {
            record["title"] = json!(title);
        }
        line(&record)
    }

    /// Where the article begins.
    pub fn start(&self) -> usize {
        self.lines.iter().position(|(part, _)| *part == Part::Sentence).unwrap()
    }

    /// The sentences of the article.
    pub fn sentences(&self) -> Vec<String> {
        let lines = self.lines.iter().filter(|(part, _)| *part == Part::Sentence);
        lines.map(|(_, line)| line.clone()).collect()
    }

    /// Puts a line into the article below its sentence number `at`, or below its last one.
    pub fn insert(&mut self, at: usize, part: Part, line: &str) {
        let at = self.start() + at.min(self.sentences().len());
        self.lines.insert(at, (part, line.to_owned()));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Arabic,
}

/// What a site has on its pages, in one language.
struct Words {
    openers: &'static str,
    subjects: &'static str,
    verbs: &'static str,
    objects: &'static str,
    tails: &'static str,
    menu: &'static str,
    names: &'static str,
    share: &'static str,
    form: &'static str,
}

const ENGLISH: Words = Words {
    openers: "On Monday|Last spring|After the storm|In the old quarter|For many years|Without a word|By the river|Since then|At noon|According to the council|Near the harbour|Despite the cost|Before the vote|In her letter|During the harvest|Not long ago|To everyone's surprise|As the report shows|Behind the mill|Once again|Under the new rules|With little warning|Across the valley|In the end|Meanwhile",
    subjects: "the mayor|a young baker|the committee|two fishermen|the school board|her brother|the engineers|an old sailor|the union|our neighbours|the museum|a travelling judge|the farmers|the orchestra|several doctors|the ferry company|a local historian|the weavers|the bank|three students|the governor|a retired nurse|the printers|the choir",
    verbs: "opened|refused|repaired|counted|sold|painted|defended|forgot|measured|crossed|burned|promised|rebuilt|borrowed|questioned|praised|carried|inspected|hid|finished|described|returned|planted|moved",
    objects: "the wooden bridge|a box of letters|the broken clock|seven barrels of salt|the northern road|a second ferry|the empty theatre|the winter budget|a forgotten garden|the harbour wall|an unsigned treaty|the city archive|a field of barley|the railway station|the iron gate|a map of the islands|the water tower|a silver cup|the paper mill|the last lighthouse|an orchard of pears|the grain market|a stone chapel|the court records",
    tails: "before the snow came|with the help of strangers|for less than expected|while the crowd waited|without asking anyone|because the law required it|in front of the old church|to the delight of children|until the money ran out|as nobody had foreseen|and wrote about it later|although the season was over|under a grey sky|in spite of many doubts|for the second time that year|when the bells rang|after a long debate|near the end of the market|and the matter was closed|on the advice of a lawyer|against all tradition|with borrowed tools|for reasons never explained|beyond the city limits",
    menu: "Home|News|Culture|Sport|Opinion|Science|Travel|Weather|Events|Archive|Shop|Photos|Contact us|About us|Subscribe|Letters|Business|Health",
    names: "Ada Brook|Tomas Field|Nora Quill|Emil Stone|Ruth Harper|Ivo Marsh|Clara Finch|Jonas Reed|Mina Wells|Otto Lake|Selma Frost|Peter Vale|Hanna Moor|Luis Crane|Edith Shore",
    share: "Share on Facebook|Tweet this|Send by email|Print",
    form: "Leave a comment|Your email address will not be published. Required fields are marked *|Name *|Email *|Website|Post comment",
};

const ARABIC: Words = Words {
    openers: "يوم الاثنين الماضي|في الربيع|بعد العاصفة|في الحي القديم|منذ سنوات طويلة|دون كلمة واحدة|قرب النهر|منذ ذلك الحين|عند الظهر|بحسب المجلس|بجوار الميناء|رغم التكلفة|قبل التصويت|في رسالتها|خلال موسم الحصاد|قبل وقت قصير|أمام دهشة الجميع|كما يبين التقرير|خلف الطاحونة|مرة أخرى|وفق القواعد الجديدة|بلا إنذار|عبر الوادي|في النهاية|في أثناء ذلك",
    subjects: "رئيس البلدية|الخباز الشاب|أعضاء اللجنة|الصياد العجوز|مجلس المدرسة|شقيقها الأكبر|المهندس المقيم|البحار المتقاعد|اتحاد العمال|جارنا القديم|مدير المتحف|القاضي المتجول|المزارع|قائد الفرقة|الطبيب|صاحب العبارة|المؤرخ المحلي|النساج|موظف المصرف|الطالب|الوالي|حارس المنارة|صاحب المطبعة|المنشد",
    verbs: "افتتح|رفض|أصلح|عد|باع|رسم|دافع عن|نسي|قاس|عبر|أحرق|اشترى|أعاد بناء|استعار|انتقد|مدح|حمل|فحص|أخفى|أنهى|وصف|أعاد|زرع|نقل",
    objects: "الجسر الخشبي|صندوق الرسائل|الساعة المكسورة|سبعة براميل من الملح|الطريق الشمالي|العبارة الثانية|المسرح الخالي|ميزانية الشتاء|الحديقة المنسية|جدار المرفأ|المعاهدة غير الموقعة|أرشيف المدينة|حقل الشعير|محطة القطار|البوابة الحديدية|خريطة الجزر|برج الماء|الكأس الفضية|مصنع الورق|المنارة الأخيرة|بستان الكمثرى|سوق الحبوب|المعبد الحجري|سجلات المحكمة",
    tails: "قبل أن يسقط الثلج|بمساعدة الغرباء|بأقل مما كان متوقعا|بينما انتظر الحشد|من غير أن يسأل أحدا|لأن القانون يفرض ذلك|أمام الكنيسة القديمة|وسط فرح الأطفال|حتى نفد المال|كما لم يتوقع أحد|وكتب عن ذلك لاحقا|مع أن الموسم انتهى|تحت سماء رمادية|على الرغم من الشكوك|للمرة الثانية في ذلك العام|حين دقت الأجراس|بعد نقاش طويل|قرب نهاية السوق|وانتهى الأمر|بنصيحة من محام|خلافا لكل تقليد|بأدوات مستعارة|لأسباب لم تعرف|خارج حدود المدينة",
    menu: "الرئيسية|أخبار|ثقافة|رياضة|آراء|علوم|سفر|الطقس|فعاليات|الأرشيف|المتجر|صور|اتصل بنا|من نحن|اشترك|رسائل|اقتصاد|صحة",
    names: "سامي الحداد|ليلى النجار|كريم الشامي|هدى المصري|نبيل الخطيب|رنا الطيب|فؤاد العلي|منى القاسم|عمر البدري|سلمى الراوي|ياسر الحلبي|دينا السيد|طارق المنصور|وفاء الأمين|جمال العابد",
    share: "شارك على فيسبوك|غرد|أرسل بالبريد|اطبع",
    form: "اترك تعليقا|لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *|الاسم *|البريد الإلكتروني *|الموقع الإلكتروني|إرسال التعليق",
};

/// A site: its name, its template, and what it draws articles from.
pub struct Site {
    pub name: String,
    language: Language,
    random: Random,
    menu: Vec<String>,
    footer: Vec<String>,
}

impl Site {
    pub fn new(name: &str, language: Language, seed: u64) -> Self {
        let words = words(language);
        let mut random = Random::new(seed);
        let mut menu: Vec<String> = words.menu.split('|').map(str::to_owned).collect();
        random.shuffle(&mut menu[1..]);
        menu.truncate(6 + random.below(6) as usize);
        let footer = match language {
            Language::English => [
                format!("About {name}"),
                "Terms of use and privacy policy".to_owned(),
                format!("Copyright 2024 {name}. All rights reserved."),
            ],
            Language::Arabic => [
                format!("عن موقع {name}"),
                "شروط الاستخدام وسياسة الخصوصية".to_owned(),
                format!("جميع الحقوق محفوظة {name} 2024."),
            ],
        };
        Self { name: name.to_owned(), language, random, menu, footer: footer.to_vec() }
    }

    fn draw(&mut self, list: &'static str) -> &'static str {
        let words: Vec<&str> = list.split('|').collect();
        words[self.random.below(words.len() as u64) as usize]
    }

    /// One of some eight million sentences.
    pub fn sentence(&mut self) -> String {
        let words = words(self.language);
        let [opener, subject, verb, object, tail] =
            [words.openers, words.subjects, words.verbs, words.objects, words.tails]
                .map(|list| self.draw(list));
        match self.language {
            Language::English if self.random.below(3) == 0 => {
                format!("{} {verb} {object} {tail}.", capital(subject))
            }
            Language::English => format!("{opener}, {subject} {verb} {object} {tail}."),
            Language::Arabic if self.random.below(3) == 0 => format!("{subject} {verb} {object} {tail}."),
            Language::Arabic => format!("{opener} {verb} {subject} {object} {tail}."),
        }
    }

    /// The words of a headline.
    pub fn headline(&mut self) -> String {
        let words = words(self.language);
        let [subject, verb, object] =
            [words.subjects, words.verbs, words.objects].map(|list| self.draw(list));
        match self.language {
            Language::English => format!("How {subject} {verb} {object}"),
            Language::Arabic => format!("كيف {verb} {subject} {object}"),
        }
    }

    /// Paragraphs of one or two sentences, five to twelve.
    pub fn article(&mut self) -> Vec<String> {
        let count = 5 + self.random.below(8);
        (0..count)
            .map(|_| match self.random.below(3) {
                0 => format!("{} {}", self.sentence(), self.sentence()),
                _ => self.sentence(),
            })
            .collect()
    }

    /// So many pages, with an article each.
    pub fn pages(&mut self, count: usize) -> Vec<Page> {
        let mut headlines: Vec<String> = Vec::new();
        while headlines.len() < count.max(8) {
            let headline = self.headline();
            if !headlines.contains(&headline) {
                headlines.push(headline);
            }
        }
        (0..count)
            .map(|number| {
                let article = self.article();
                self.page(&format!("{}-{number}", self.name), &headlines, number, &article)
            })
            .collect()
    }

    /// The page of this headline and article, among pages of the other headlines.
    pub fn page(&mut self, id: &str, headlines: &[String], number: usize, article: &[String]) -> Page {
        let words = words(self.language);
        let headline = headlines[number].clone();
        let author = self.draw(words.names).to_owned();
        let (day, month) = (1 + self.random.below(28), self.random.below(12) as usize);
        let mut others: Vec<&String> = headlines.iter().filter(|other| **other != headline).collect();
        self.random.shuffle(&mut others);
        let neighbour = |step: usize| &headlines[(number + step) % headlines.len()];
        let (previous, next) = (neighbour(headlines.len() - 1), neighbour(1));
        let comments = 2 + self.random.below(90);
        let section = self.menu[1 + number % 4].clone();
        let mut lines: Vec<(Part, String)> = Vec::new();
        let mut all = |part: Part, texts: &mut dyn Iterator<Item = String>| {
            lines.extend(texts.map(|text| (part, text)))
        };
        let owned = |list: &'static str| list.split('|').map(str::to_owned);
        let one = |text: String| std::iter::once(text);
        all(Part::Menu, &mut self.menu.iter().cloned());
        all(Part::Breadcrumb, &mut one(format!("{} » {section}", self.menu[0])));
        all(Part::Headline, &mut one(headline.clone()));
        let english = self.language == Language::English;
        all(
            Part::Byline,
            &mut one(if english {
                format!("By {author} on {} {day}, 2023", ENGLISH_MONTHS[month])
            } else {
                format!("بقلم {author} في {day} {} 2023", ARABIC_MONTHS[month])
            }),
        );
        all(Part::Share, &mut owned(words.share));
        all(Part::Sentence, &mut article.iter().cloned());
        all(
            Part::Counter,
            &mut one(if english {
                format!("{comments} comments")
            } else {
                format!("{} تعليق", arabic_digits(comments))
            }),
        );
        all(
            Part::RelatedHead,
            &mut one(if english { "Related articles" } else { "مقالات ذات صلة" }.to_owned()),
        );
        all(Part::Related, &mut others.into_iter().take(4).cloned());
        let labels = if english {
            ["Previous post", "Next post"]
        } else {
            ["المقال السابق", "المقال التالي"]
        };
        all(
            Part::Neighbour,
            &mut [format!("{}: {previous}", labels[0]), format!("{}: {next}", labels[1])].into_iter(),
        );
        all(Part::Form, &mut owned(words.form));
        all(Part::Footer, &mut self.footer.iter().cloned());
        let title = Some(format!("{headline} | {}", self.name));
        let date = format!("2023-{:02}-{day:02}", month + 1);
        Page { id: id.to_owned(), site: self.name.clone(), title, author, date, lines }
    }
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Arabic => &ARABIC,
    }
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// A number in Arabic-Indic digits.
pub fn arabic_digits(number: u64) -> String {
    let digit = |c: char| char::from_u32('\u{0660}' as u32 + c.to_digit(10).unwrap()).unwrap();
    number.to_string().chars().map(digit).collect()
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ARABIC_MONTHS: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];

/// Three English and three Arabic sites with so many pages each.
pub fn six_sites(count: usize) -> Vec<Page> {
    let names =
        ["harbour.example", "valley.example", "mill.example", "nahr.example", "wadi.example", "jisr.example"];
    let language = |at: usize| if at < 3 { Language::English } else { Language::Arabic };
    (0..6).flat_map(|at| Site::new(names[at], language(at), 11 + at as u64).pages(count)).collect()
}
